import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/contracts/optimizer.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { gepa } from "../../src/optimizers/gepa/gepa.ts";
import { classifyReply, type ReplyKind } from "./reflections/classify-reply.ts";
import { kindsTable } from "./reflections/kinds-table.ts";
import type { Lesson } from "./reflections/lesson.ts";
import { runLesson } from "./reflections/lesson-lab.ts";

const engine = gepa.create(gepa.options.parse({}) as never, {
  openEngine: () => Promise.reject(new Error("opens no engines")),
});
const text = "What is the sentiment of this text?\nText: {{text}}";
const outcomes = ["rain again", "what a day", "fine by me"].map(
  (words, at): Outcome => ({
    example: {
      id: `row-${at}`,
      inputs: { text: words },
      expected: "neutral",
      expectations: {},
      tags: {},
      origin: { file: "rows.jsonl" },
    },
    output: "The sentiment is neutral.",
    score: { value: 0, feedback: 'expected "neutral"' },
  }),
);
const lesson: Lesson = { id: "one", suite: "sentiment", prompt: "vague", target: "small", text, outcomes };

const better =
  "What is the sentiment of this text? Answer with positive, negative or neutral, and nothing else.";
const block = (inside: string) => `\`\`\`\`\n${inside}\n\`\`\`\``;

/** A reply to the request that the engine makes. */
async function kindOf(reply: (request: string) => string, isCutOff = false): Promise<ReplyKind> {
  const run = await runLesson(engine, lesson, async ({ messages }) => ({
    text: reply(messages.map(messageText).join("\n")),
    isCutOff,
  }));
  return classifyReply(lesson, run).kind;
}

describe("replies to the requests of gepa", () => {
  it("asks once, with the rows of the lesson", async () => {
    const asked: string[] = [];
    await runLesson(engine, lesson, async ({ messages }) => {
      asked.push(messages.map(messageText).join("\n"));
      return { text: "", isCutOff: false };
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("rain again");
    expect(asked[0]).toContain("What is the sentiment of this text?");
  });

  it.each<[ReplyKind, (request: string) => string]>([
    ["usable", () => block(`${better}\nText: {{text}}`)],
    ["unchanged", () => block(text)],
    ["unchanged", () => block(`${text}\n\n`)],
    ["echo", (request) => request],
    ["echo", (request) => block(`${request}\n{{text}}`)],
    ["answer", () => "neutral"],
    ["answer", () => block("Neutral\nText: {{text}}")],
    ["placeholder", () => block("…the new text…")],
    ["no text", () => "Certainly! Please provide the new instruction."],
  ])("are %s", async (kind, reply) => {
    expect(await kindOf(reply)).toBe(kind);
  });

  it("lose the variables, unless the engine puts them back", async () => {
    expect(["lost variables", "usable"]).toContain(await kindOf(() => block(better)));
  });

  it("are cut off", async () => {
    expect(await kindOf(() => `\`\`\`\`\n${better}`, true)).toBe("cut off");
  });

  it("are counted after the engine has asked again", async () => {
    const replies = ["", block(text), block(better)];
    const run = await runLesson(
      engine,
      lesson,
      async () => ({ text: replies.shift() ?? "", isCutOff: false }),
      3,
    );
    expect(run.requests).toBe(3);
    expect(classifyReply(lesson, run).kind).toBe("usable");
  });

  it("reject with the error of the endpoint", async () => {
    const failing = runLesson(engine, lesson, () => Promise.reject(new Error("no answer")));
    await expect(failing).rejects.toThrow("no answer");
  });

  it("are counted by model", () => {
    const table = kindsTable([
      { model: "large", kind: "usable" },
      { model: "large", kind: "usable" },
      { model: "large", kind: "echo" },
      { model: "large", kind: "unchanged" },
      { model: "small", kind: "no text" },
    ]);
    expect(table).toMatch(
      /\| large \| 4 \| 2 \(50 %\) \| 1 \(25 %\) \| 1 \(25 %\) \| 0 \(0 %\) .* 15 % to 85 % \|/,
    );
    expect(table).toMatch(/\| small \| 1 \| 0 \(0 %\) .* 1 \(100 %\) \| /);
  });
});
