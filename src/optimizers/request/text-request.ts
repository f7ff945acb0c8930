import type { ChatMessage } from "../../core/prompt/message.ts";

const shortestFence = 3;

/** A run of backticks longer than any in these texts, so that none of them can close it. */
export function fenceFor(texts: readonly string[]): string {
  const runs = texts.flatMap((text) => text.match(/`+/g) ?? []).map((run) => run.length);
  return "`".repeat(runs.reduce((longest, run) => Math.max(longest, run + 1), shortestFence));
}

/** The text between two fence lines; the title follows the first fence. */
export function fenced(text: string, title = ""): string {
  const fence = fenceFor([text]);
  return `${fence}${title.replace(/[`\r\n]+/g, " ").trim()}\n${text}\n${fence}`;
}

/** A request for one new text, and what its reply must be. */
export interface TextRequest {
  readonly messages: readonly ChatMessage[];
  /** The fence for the reply. */
  readonly fence: string;
  /** Variables that the reply must have; empty if `complete` adds them. */
  readonly variables: readonly string[];
  /** The text to rewrite, as shown. */
  readonly current: string;
  /** Inputs of the rows shown, which the new text must not copy. */
  readonly inputs: readonly string[];
  /** Adds the lines that a rewrite does not change to the text of a reply. */
  readonly complete: (text: string) => string;
  /** The same request in few words, for models that cannot follow this one. */
  readonly short?: TextRequest;
  /** The request is the short form: its demand may be asked again, but not discussed. */
  readonly isShort?: true;
  /** The request holds an earlier reply to it, and the reasons why that one is unusable. */
  readonly isDiscussed?: true;
}

/** The same request, followed by the reply and the reasons why it is unusable. */
export function askAgain(request: TextRequest, reply: string, problems: readonly string[]): TextRequest {
  const feedback = [
    "That text cannot be used:",
    problems.map((problem) => `- ${problem}`).join("\n"),
    `Write the complete new text again without these problems, between a line of ${request.fence} and a line of ${request.fence}.`,
  ].join("\n\n");
  return {
    ...request,
    isDiscussed: true,
    messages: [
      ...request.messages,
      { role: "assistant", content: reply },
      { role: "user", content: feedback },
    ],
  };
}
