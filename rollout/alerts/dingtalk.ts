import { createHmac } from "node:crypto";
import { fieldOf, factsOf, titleOf, type Service } from "./service";

/**
 * DingTalk's custom robots. They answer 200 to everything, and say in `errcode` whether they took it.
 *
 * @see https://open.dingtalk.com/document/orgapp/custom-robot-access
 * @see https://open.dingtalk.com/document/robots/customize-robot-security-settings
 */
export const dingtalk: Service = {
  write: ({ notice, situation, url, secret, at }) => {
    const title = titleOf(situation);
    const facts = factsOf(situation).map(([name, value]) => `- ${name}: ${plain(value)}`);
    const text = [`#### ${title}`, plain(notice.message), facts.join("\n")].join("\n\n");
    return {
      url: secret === undefined ? url : signed(url, secret, at),
      body: { msgtype: "markdown", markdown: { title, text } },
    };
  },
  refusal: ({ body }) => {
    const code = fieldOf(body, "errcode");
    if (code === 0) return undefined;
    return code === undefined ? "the answer has no errcode" : `errcode is ${JSON.stringify(code)}`;
  },
};

function signed(url: URL, secret: string, at: number): URL {
  const timestamp = String(at);
  const next = new URL(url);
  next.searchParams.set("timestamp", timestamp);
  next.searchParams.set("sign", createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64"));
  return next;
}

/**
 * Text without links and images: DingTalk's Markdown has no escapes that its documentation promises, so the brackets
 * are replaced by their full-width forms.
 */
function plain(text: string): string {
  return text.replaceAll("[", "［").replaceAll("]", "］").replaceAll("<", "＜");
}
