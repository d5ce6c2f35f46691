import { factsOf, titleOf, type BySeverity, type Service } from "./service";

/** Flagger's colors, but with Slack's own for a warning, which Flagger shows as good. */
const colors: BySeverity = { info: "good", warn: "warning", error: "danger" };

/**
 * Slack's incoming webhooks.
 *
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * @see https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 * @see https://github.com/fluxcd/flagger/blob/v1.36.1/pkg/notifier/slack.go
 */
export const slack: Service = {
  write: ({ notice, situation, url }) => ({
    url,
    body: {
      attachments: [
        {
          fallback: escape(`${titleOf(situation)}: ${notice.message}`),
          color: colors[notice.severity],
          author_name: titleOf(situation),
          text: escape(notice.message),
          mrkdwn_in: ["text"],
          fields: factsOf(situation).map(([title, value]) => ({ title, value: escape(value), short: true })),
        },
      ],
    },
  }),
};

/**
 * Text as Slack shows it unchanged: nothing in it is a link, or calls a channel.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
