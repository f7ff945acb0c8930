import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHttpProject } from "../../../support/http-project.ts";
import type { WireRequest } from "../../../support/loopback-answers.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../../support/loopback-openai.ts";
import { type CliOptions, runCli } from "../../../support/run-cli.ts";

/** A project whose scorer is `correctness`, with its judge behind HTTP. */
export async function judgeProject(options: LoopbackOptions = {}, optimization: object = {}) {
  const server: LoopbackOpenAI = await startLoopbackOpenAI({ answer: judgeByWord, ...options });
  const made = createHttpProject({
    baseUrl: server.baseUrl,
    model: { retries: 0 },
    optimization: { scorers: ["correctness"], scorer_model: "large", ...optimization },
  });
  const judge = (args: readonly string[], given: Partial<CliOptions> = {}) =>
    runCli(["judge", ...args], { cwd: made.directory, env: { OPENAI_API_KEY: "none" }, ...given });
  return {
    ...made,
    server,
    judge,
    check: (args: readonly string[] = [], given: Partial<CliOptions> = {}) =>
      judge(["check", "config.yaml", ...args], given),
    write: (name: string, text: string) => writeFileSync(join(made.directory, name), text),
  };
}

/** Correct if the answer holds the word RIGHT. */
export function judgeByWord(request: WireRequest): string {
  const verdict = answerIn(request).includes("RIGHT") ? "correct" : "incorrect";
  return JSON.stringify({ rationale: "by a word", verdict });
}

/** The answer that a request asks the judge about. */
export function answerIn({ messages = [] }: WireRequest): string {
  const text = messages.map(({ content }) => String(content)).join("\n");
  return [...text.matchAll(/<(data-\w+)>\n([\s\S]*?)\n<\/\1>/g)].at(-1)?.[2] ?? "";
}

/** A label file: what the judge will say (`judge`) and what people say. */
export function labelsFile(
  labels: readonly { readonly judge: boolean; readonly people: string | number; readonly extra?: object }[],
): string {
  return labels
    .map(({ judge, people, extra }, at) => {
      const answer = judge ? `RIGHT ${at}` : `other ${at}`;
      return `${JSON.stringify({ text: `text ${at}`, expected: `expected ${at}`, answer, verdict: people, ...extra })}\n`;
    })
    .join("");
}

/** Labels with these counts: people's verdict, then the judge's. */
export function countedLabels(
  counts: Readonly<Record<"passPass" | "passFail" | "failPass" | "failFail", number>>,
) {
  const of = (count: number, people: string, judge: boolean) =>
    Array.from({ length: count }, () => ({ people, judge }));
  return labelsFile([
    ...of(counts.passPass, "pass", true),
    ...of(counts.passFail, "pass", false),
    ...of(counts.failPass, "fail", true),
    ...of(counts.failFail, "fail", false),
  ]);
}
