import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../src/core/data/json.ts";
import { guardScorer } from "../../src/scorers/guard.ts";
import { builtinScorers } from "../../src/scorers/index.ts";
import { make, makeJudgement, scriptedJudge } from "./fixtures.ts";

/** The minimum each scorer needs. */
const leastOptions: Readonly<Record<string, JsonObject>> = {
  regex: { pattern: "a+" },
  length: { max_words: 3, graded: true },
  json_schema: { schema: { type: "object" } },
  guidelines: { guidelines: ["be brief"] },
  judge_verdict: { use: "correctness" },
};
const names = [
  "exact_match",
  "contains",
  "regex",
  "numeric",
  "similarity",
  "label",
  "facts",
  "json_fields",
  "json_schema",
  "length",
  "tool_call",
  "equivalence",
  "correctness",
  "guidelines",
  "pairwise",
  "judge_verdict",
];
const judges = new Set(["equivalence", "correctness", "guidelines", "pairwise"]);

describe("the built-in scorers", () => {
  it("contains what the documentation names", () => {
    expect(Object.keys(builtinScorers)).toEqual(names);
  });
});

describe.each(names)("%s", (name) => {
  const load = async () => {
    const entry = builtinScorers[name];
    if (entry === undefined) throw new Error(`no ${name}`);
    return { entry, plugin: await entry.load() };
  };
  const options = leastOptions[name] ?? {};

  it("has one name and one summary each", async () => {
    const { entry, plugin } = await load();
    expect(plugin).toMatchObject({ kind: "scorer", name, summary: entry.summary });
    expect(Object.isFrozen(plugin)).toBe(true);
  });

  it("describes every option, in snake_case, and refuses others", async () => {
    const { plugin } = await load();
    const schema = z.toJSONSchema(plugin.options, { io: "input" }) as {
      properties: Record<string, { description?: string }>;
    };
    for (const [key, { description }] of Object.entries(schema.properties)) {
      expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(description, key).toMatch(/\.$/);
    }
    expect(plugin.options.safeParse({ ...options, nonsense: 1 }).success).toBe(false);
  });

  it("accepts its own validated options again, as plain JSON", async () => {
    const { plugin } = await load();
    const checked = plugin.options.parse(options);
    expect(JSON.parse(JSON.stringify(checked))).toEqual(checked);
    expect(plugin.options.parse(checked)).toEqual(checked);
  });

  it("declares its judge calls", async () => {
    const scorer = make((await load()).plugin, options);
    const { usual, most } = scorer.judgeCalls;
    expect(usual > 0).toBe(judges.has(name));
    expect(most).toBeGreaterThanOrEqual(usual);
    expect((scorer.judgeOverheadTokens ?? 0) > 0).toBe(judges.has(name));
  });

  it("gives any answer a score from 0 to 1, or explains why it cannot", async () => {
    const { plugin } = await load();
    const scorer = guardScorer(name, make(plugin, options));
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.constantFrom("", "yes", "1", "```json\n{}\n```"),
    );
    const judgeWord = fc.constantFrom("equivalent", "correct", "A", "B", "tie", "followed", "nonsense");
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.array(text, { maxLength: 3 }),
        judgeWord,
        async (expected, output, given, word) => {
          const judge = scriptedJudge(() => JSON.stringify({ rationale: "r", verdict: word }));
          const row = {
            expected,
            expectedFacts: given,
            expectations: { tool_calls: given.filter((it) => it !== "") },
          };
          const toolCalls = given.map((it) => ({ id: "1", name: it, arguments: output }));
          const result = await scorer
            .score(makeJudgement({ row, output, toolCalls, judge }))
            .catch((error) => error);
          if (result instanceof Error) {
            expect(result).toMatchObject({
              code: "scorer_failed",
              message: expect.stringMatching(/^rows\.jsonl:7: scorer /),
            });
          } else {
            expect(result.value).toBeGreaterThanOrEqual(0);
            expect(result.value).toBeLessThanOrEqual(1);
            expect(result.value === 1 || typeof result.feedback === "string").toBe(true);
          }
        },
      ),
    );
  });
});
