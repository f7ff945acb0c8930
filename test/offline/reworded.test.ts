import { describe, expect, it } from "vitest";
import type { LanguageModel } from "../../src/contracts/language-model.ts";
import type { ScorerPlugin } from "../../src/contracts/plugin.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";
import { answerOffline } from "../../src/offline/answer-offline.ts";
import { answerReflection, readReflectionRequest } from "../../src/offline/reflection/answer-reflection.ts";
import { renderDemonstrations } from "../../src/optimizers/demonstrations/render-demonstrations.ts";
import { builtinOptimizers } from "../../src/optimizers/index.ts";
import { correctness } from "../../src/scorers/judge/correctness.ts";
import { equivalence } from "../../src/scorers/judge/equivalence.ts";
import { guidelines } from "../../src/scorers/judge/guidelines.ts";
import { pairwise } from "../../src/scorers/judge/pairwise.ts";
import { make, makeJudgement } from "../scorers/fixtures.ts";
import { chatPrompt, onePrompt, type SentimentPrompt, searchOffline } from "./engine-requests.ts";
import { ask, posts, promptWith } from "./posts.ts";
import { reworded, wordsOutside } from "./reworded.ts";

const request = (messages: readonly ChatMessage[]) => ({ model: "offline/large", messages, parameters: {} });

type Search = readonly [engine: string, options: object, prompt: string];

const searches: readonly Search[] = [
  ["gepa", {}, "one text"],
  ["gepa", {}, "two texts"],
  ["gepa", { rewrite: "whole" }, "one text"],
  ["metaprompt", {}, "one text"],
  ["metaprompt", { examples: 0, guidelines: ["At most 120 words."] }, "two texts"],
  ["mipro", {}, "one text"],
  ["mipro", {}, "two texts"],
  ["race", {}, "one text"],
  ["few_shot", {}, "one text"],
];
const prompts: Readonly<Record<string, SentimentPrompt>> = { "one text": onePrompt, "two texts": chatPrompt };

const found = new Map<Search, Promise<readonly (readonly ChatMessage[])[]>>();

/** The requests of a search to the reflection model; each search runs once. */
function requestsOf(search: Search): Promise<readonly (readonly ChatMessage[])[]> {
  const known = searches.find((one) => JSON.stringify(one) === JSON.stringify(search)) ?? search;
  const [engine, options, prompt] = known;
  const requests =
    found.get(known) ??
    searchOffline(engine, options, prompts[prompt] as SentimentPrompt).then(({ lab }) =>
      lab.requests.map(({ messages }) => messages),
    );
  found.set(known, requests);
  return requests;
}

describe("an engine's request with every word replaced", () => {
  it("is covered for every engine", () => {
    expect(new Set(searches.map(([engine]) => engine))).toEqual(new Set(Object.keys(builtinOptimizers)));
  });

  it.each(searches)("is read as before: %s %j, %s", async (...search) => {
    const requests = await requestsOf(search);
    expect(requests.length > 2).toBe(search[0] !== "few_shot");
    for (const messages of requests) {
      const others = messages.map(reworded);
      expect(wordsOutside(messages).length).toBeGreaterThan(8);
      const [before, after] = [
        readReflectionRequest(request(messages)),
        readReflectionRequest(request(others)),
      ];
      if (before === undefined || after === undefined) throw new Error("no reflection is read");
      expect(after).toEqual(before);
      // A writer's random draws depend on the whole request; equal draws give equal answers.
      expect(answerReflection(request(messages), after)).toBe(answerOffline(request(messages)).text);
      expect(answerOffline(request(others)).text).toMatch(/^`{3,}\n[\s\S]+\n`{3,}$/);
    }
  });

  it("covers everything engines send: rows, rewrites, edits, passages, limits, second tries", async () => {
    const all = await Promise.all(searches.map(requestsOf));
    const readings = all.flat().map((messages) => readReflectionRequest(request(messages)));
    const has = (what: (reading: NonNullable<(typeof readings)[number]>) => boolean): boolean =>
      readings.some((reading) => reading !== undefined && what(reading));
    expect(has(({ records }) => records.length > 0)).toBe(true);
    expect(has(({ records }) => records.length === 0)).toBe(true);
    expect(has(({ versions }) => versions.length > 0)).toBe(true);
    expect(has(({ rejected }) => rejected !== "")).toBe(true);
    expect(has(({ locked }) => locked.includes("Classify the sentiment."))).toBe(true);
    expect(has(({ others }) => others !== "")).toBe(true);
    expect(has(({ maxTokens }) => maxTokens === 90)).toBe(true);
    expect(has(({ isRetry }) => isRetry)).toBe(true);
    for (const reading of readings) expect([undefined, 90]).toContain(reading?.maxTokens);
  });

  const changes: readonly (readonly [string, (content: string) => string])[] = [
    ["no line between the fields", (content) => content.replace(/^#+ .*\n/gm, "")],
    ["a sentence under each heading", (content) => content.replace(/^#+ .*$/gm, "$&\n\nA sentence.")],
    ["no names behind the fences", (content) => content.replace(/^(`{3,})[^`\s].*$/gm, "$1")],
    ["no fence for the reply", (content) => content.replace(/within `+ blocks/, "below")],
  ];
  it.each(changes)("is an error when its structure is another one: %s", async (_, change) => {
    const shown = (await requestsOf(["gepa", { rewrite: "whole" }, "one text"])).filter(
      ({ length }) => length === 2,
    );
    expect(shown.length).toBeGreaterThan(2);
    for (const messages of shown) {
      const changed = messages.map((one) => ({ ...one, content: change(String(one.content)) }));
      expect(() => answerOffline(request(changed))).toThrow("the offline model cannot read the request: ");
    }
  });

  it.each(["gepa", "metaprompt", "mipro"])("improves a prompt as well: %s", async (engine) => {
    const { lab, validation } = await searchOffline(engine, {}, onePrompt, reworded);
    const base = lab.measured(lab.seed.id, validation) ?? 0;
    expect(lab.verdict(validation).mean).toBeGreaterThan(base + 0.1);
  });
});

/** Answers a judge's request, and checks that other wording gets the same answer. */
function twiceAskedJudge(): LanguageModel & { readonly asked: { count: number } } {
  const asked = { count: 0 };
  return {
    provider: "test",
    modelId: "judge",
    asked,
    async complete({ messages }) {
      asked.count++;
      expect(wordsOutside(messages).length).toBeGreaterThan(4);
      const { text, ...rest } = answerOffline(request(messages));
      expect(answerOffline(request(messages.map(reworded))).text).toBe(text);
      // The first reply is malformed, so the retry adds a request.
      const isFirst = messages.every(({ role }) => role !== "assistant");
      return { ...rest, text: isFirst ? "no verdict" : text, toolCalls: [], latencyMs: 0 };
    },
  };
}

describe("a judge's request with every word replaced", () => {
  const rules = { guidelines: ["The answer has at most five words.", 'Never say "refund".'] };
  const facts = ["It ships on Monday", "Returns are free within 30 days"];
  const cases: readonly (readonly [string, ScorerPlugin, object, object, string])[] = [
    ["equivalence", equivalence, {}, { expected: "positive" }, "It is positive."],
    ["equivalence", equivalence, { same_format: false }, { expected: "positive" }, "It is positive."],
    ["equivalence", equivalence, {}, { expected: '{"a": 1}' }, '```json\n{"a": 1}\n```'],
    ["correctness", correctness, {}, { expected: "Paris" }, "The capital is Paris."],
    ["correctness", correctness, { instructions: "Dates count." }, { expected: "Paris" }, "Not Paris."],
    ["correctness by facts", correctness, {}, { expectedFacts: facts }, "Your parcel ships on Monday."],
    ["guidelines", guidelines, rules, {}, "You will certainly get your refund within a few days."],
    ["pairwise", pairwise, {}, { sourceOutput: "negative" }, "positive"],
    ["pairwise", pairwise, { criteria: "the tone" }, { sourceOutput: "It is fine." }, "positive"],
  ];

  it.each(cases)("is answered alike: %s", async (_, plugin, options, row, output) => {
    const judge = twiceAskedJudge();
    const judgement = makeJudgement({ row: { inputs: { text: "I love it" }, ...row }, output, judge });
    const { value } = await make(plugin, options as never).score(judgement);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(judge.asked.count).toBe(plugin === pairwise ? 4 : 2);
  });
});

describe("a prompt with demonstrations, the words around them replaced", () => {
  it("is answered alike", () => {
    const shown = posts
      .filter((_, at) => at % 60 === 0)
      .map(({ text, label }) => ({ inputs: { text }, answer: label }));
    const rendered = renderDemonstrations(shown as never, undefined);
    const own = new Set(rendered.split("\n").filter((line, at) => at === 0 || line.startsWith("===")));
    const others = rendered
      .split("\n")
      .map((line) => (own.has(line) ? String(reworded({ role: "user", content: line }).content) : line))
      .join("\n");
    expect(others).not.toBe(rendered);
    for (const { text } of posts.filter((_, at) => at % 6 === 1))
      expect(ask(promptWith(others), text)).toBe(ask(promptWith(rendered), text));
  });
});
