import { createHmac } from "node:crypto";
import { fieldOf, factsOf, titleOf, type BySeverity, type Service } from "./service";

const templates: BySeverity = { info: "green", warn: "orange", error: "red" };

/**
 * Feishu's (Lark's) custom bots. They say in `code`, older ones in `StatusCode`, whether they took it.
 *
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export const feishu: Service = {
  write: ({ notice, situation, url, secret, at }) => ({
    url,
    body: {
      ...(secret === undefined ? {} : signature(secret, at)),
      msg_type: "interactive",
      card: {
        config: { wide_screen_mode: true },
        header: { template: templates[notice.severity], title: plain(titleOf(situation)) },
        elements: [
          { tag: "div", text: plain(notice.message) },
          {
            tag: "div",
            fields: factsOf(situation).map(([name, value]) => ({ is_short: true, text: plain(`${name}: ${value}`) })),
          },
        ],
      },
    },
  }),
  refusal: ({ body }) => {
    const code = fieldOf(body, "code") ?? fieldOf(body, "StatusCode");
    if (code === 0) return undefined;
    return code === undefined ? "the answer has no code" : `code is ${JSON.stringify(code)}`;
  },
};

/** Not a signature of the body: the key is the timestamp with the secret, and what is signed is empty. */
function signature(secret: string, at: number): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(at / 1000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

function plain(content: string): { tag: "plain_text"; content: string } {
  return { tag: "plain_text", content };
}
