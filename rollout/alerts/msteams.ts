import { factsOf, titleOf, type BySeverity, type Service } from "./service";

const colors: BySeverity = { info: "Good", warn: "Warning", error: "Attention" };

/**
 * Microsoft Teams, by a workflow of the template "Post to a channel when a webhook request is received". The message is
 * a TextRun, as a TextBlock would take Markdown, links too, from what others wrote.
 *
 * @see https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook
 * @see https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/text-run
 */
export const msteams: Service = {
  write: ({ notice, situation, url }) => ({
    url,
    body: {
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.2",
            body: [
              {
                type: "TextBlock",
                text: titleOf(situation),
                weight: "Bolder",
                size: "Medium",
                color: colors[notice.severity],
                wrap: true,
              },
              { type: "RichTextBlock", inlines: [{ type: "TextRun", text: notice.message }] },
              { type: "FactSet", facts: factsOf(situation).map(([title, value]) => ({ title, value })) },
            ],
          },
        },
      ],
    },
  }),
};
