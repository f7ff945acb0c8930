import type { ChatMessage } from "../../core/prompt/message.ts";

const shortestFence = 3;

/** A run of backticks longer than any in these texts, so that none of them can close it. */
export function fenceFor(texts: readonly string[], shortest = shortestFence): string {
  const runs = texts.flatMap((text) => text.match(/`+/g) ?? []).map((run) => run.length);
  return "`".repeat(runs.reduce((longest, run) => Math.max(longest, run + 1), shortest));
}

/** The text between two fence lines; the title follows the first fence. */
export function fenced(text: string, title = ""): string {
  const fence = fenceFor([text]);
  return `${fence}${title.replace(/[`\r\n]+/g, " ").trim()}\n${text}\n${fence}`;
}

/** A request for one new text, and the fence its reply must use. */
export interface TextRequest {
  readonly messages: readonly ChatMessage[];
  readonly fence: string;
  /** Variables the text must have; a reply that contains all of them may omit the fence. */
  readonly variables?: readonly string[];
}

const shortestReplyFence = 4;

/** A fence for the reply that none of the texts it may repeat can close. */
export function replyFence(texts: readonly string[]): string {
  return fenceFor(texts, shortestReplyFence);
}

export function textRequest(
  role: string,
  sections: readonly string[],
  fence: string,
  variables: readonly string[] = [],
): TextRequest {
  return {
    fence,
    variables,
    messages: [
      { role: "system", content: role },
      { role: "user", content: sections.join("\n\n") },
    ],
  };
}

/** The same request, followed by the reply and the reasons why it is unusable. */
export function askAgain(request: TextRequest, reply: string, problems: readonly string[]): TextRequest {
  const feedback = [
    "That text cannot be used:",
    problems.map((problem) => `- ${problem}`).join("\n"),
    `Write the complete new text again, with that mended, in one fenced block between lines of ${request.fence.length} backticks.`,
  ].join("\n\n");
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: "assistant", content: reply },
      { role: "user", content: feedback },
    ],
  };
}
