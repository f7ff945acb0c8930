import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { builtinCatalog } from "../../../src/builtins.ts";
import type { ScorerSpec } from "../../../src/contracts/scorer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { createScorer } from "../../../src/scorers/create-scorer.ts";
import { answerSetOf } from "../../../src/scorers/format/answer-set.ts";
import { describeFormat } from "../../../src/scorers/format/describe-format.ts";
import { findFormatFailures } from "../../../src/scorers/format/find-format-failures.ts";

const catalog = builtinCatalog();
const directory = process.cwd();

function row(expected: string, at = 0): Example {
  const origin = { file: "rows.jsonl", line: at + 1 };
  return { id: `row-${at}`, inputs: { text: `t${at}` }, expected, expectations: {}, tags: {}, origin };
}

const spec = (use: string, options: ScorerSpec["options"] = {}, weight = 1): ScorerSpec => ({
  use,
  options,
  weight,
});

/** Scores the answers as configured and finds the faults; `known` are further rows of the dataset. */
async function faultsOf(
  pairs: readonly (readonly [expected: string, output: string])[],
  specs: readonly ScorerSpec[],
  known: readonly string[] = [],
) {
  const scorer = await createScorer(specs, catalog, directory);
  const examples = pairs.map(([expected], at) => row(expected, at));
  const rows = await Promise.all(
    pairs.map(async ([, output], at) => {
      const example = examples[at] as Example;
      return { example, output, score: (await scorer.score({ example, output, toolCalls: [] })).value };
    }),
  );
  const answers = answerSetOf([...examples, ...known.map((expected, at) => row(expected, 100 + at))]);
  return { rows, found: await findFormatFailures(rows, specs, { answers, catalog, directory }) };
}

const sentiments = ["positive", "negative", "neutral", "positive", "negative", "neutral"];

describe("format failures of exact_match", () => {
  test.each([
    ["letter_case", "Positive"],
    ["letter_case", " POSITIVE\n"],
    ["punctuation", "positive."],
    ["punctuation", '"positive"'],
    ["code_fence", "```\npositive\n```"],
    ["code_fence", "```text\npositive\n```"],
    ["decoration", "**Positive**."],
    ["decoration", "Sentiment: Positive"],
    ["sentence", "The sentiment of this text is Positive, I think."],
  ])("%s: %j", async (fault, output) => {
    const { found } = await faultsOf([["positive", output]], [spec("exact_match")], sentiments);
    expect(found).toMatchObject({ failed: 1, findings: [{ fault, rows: 1, points: 1 }] });
    expect([...found.at]).toEqual([0]);
  });

  test.each([
    "negative",
    "The sentiment is negative.",
    "It is either positive or negative.",
    "nonpositive",
    "non-positive",
    "",
  ])("a wrong answer is no format failure: %j", async (output) => {
    const { found } = await faultsOf([["positive", output]], [spec("exact_match")], sentiments);
    expect(found).toMatchObject({ failed: 1, findings: [] });
  });

  test("right answers are not counted", async () => {
    const { found } = await faultsOf([["positive", "positive"]], [spec("exact_match")], sentiments);
    expect(found).toEqual({ failed: 0, findings: [], at: new Set() });
  });

  test("short answers that are no labels may stand in a short sentence, not in a long one", async () => {
    const known = Array.from({ length: 9 }, (_, at) => `City number ${at}`);
    const short = await faultsOf([["Oslo", "The capital is Oslo."]], [spec("exact_match")], known);
    expect(short.found.findings).toMatchObject([{ fault: "sentence", scorers: [{ use: "contains" }] }]);
    const long = await faultsOf([["Oslo", `${"word ".repeat(80)}Oslo`]], [spec("exact_match")], known);
    expect(long.found.findings).toEqual([]);
  });

  test("the same JSON in another layout or in a fence", async () => {
    const expected = '{"a":1,"b":[2]}';
    const { found } = await faultsOf(
      [
        [expected, '{ "b": [2], "a": 1 }'],
        [expected, '```json\n{"a": 1, "b": [2]}\n```'],
        [expected, '{"a": 2, "b": [2]}'],
      ],
      [spec("exact_match")],
    );
    const faults = found.findings.map(({ fault, rows }) => [fault, rows]);
    expect(faults).toContainEqual(["layout", 1]);
    expect(faults).toContainEqual(["code_fence", 1]);
    expect(found.at).toEqual(new Set([0, 1]));
  });
});

describe("format failures of other scorers", () => {
  test("json_fields: a fence costs the share of the right fields only", async () => {
    const { found } = await faultsOf(
      [['{"a":1,"b":2}', '```json\n{"a":1,"b":3}\n```']],
      [spec("json_fields")],
    );
    expect(found.findings).toMatchObject([
      { fault: "code_fence", points: 0.5, scorers: [{ use: "json_fields", options: { allow_fence: true } }] },
    ]);
  });

  test("json_fields: no scorer takes JSON out of other text", async () => {
    const pair = ['{"a":1}', 'Here it is:\n{"a":1}'] as const;
    const { found } = await faultsOf([pair, pair, pair], [spec("json_fields")]);
    expect(found.findings).toMatchObject([{ fault: "text_around_json", rows: 3, scorers: null }]);
    expect(describeFormat(found)).toEqual([
      "3 of 3 failed rows hold the right JSON inside other text: no scorer accepts this; ask for the bare answer in the prompt",
    ]);
  });

  test("a part of several scorers counts with its weight, and the others stay in the advice", async () => {
    const specs = [spec("exact_match", {}, 3), spec("length", { max_chars: 100 })];
    const { found } = await faultsOf(
      Array.from({ length: 3 }, () => ["positive", "POSITIVE"] as const),
      specs,
      sentiments,
    );
    expect(found.findings).toMatchObject([{ fault: "letter_case", points: 3 * 0.75 }]);
    expect(describeFormat(found)[0]).toContain(
      "`scorers: [{ use: exact_match, options: { ignore_case: true }, weight: 3 }, { use: length, options: { max_chars: 100 } }]`",
    );
  });

  test("judges are never called", async () => {
    const context = { answers: answerSetOf([row("yes")]), catalog, directory };
    const rows = [{ example: row("yes"), output: "Yes, indeed.", score: 0 }];
    const found = await findFormatFailures(rows, [spec("equivalence")], context);
    expect(found).toEqual({ failed: 1, findings: [], at: new Set() });
  });
});

test("the printed scorers are YAML that gives these rows their score", async () => {
  const outputs = ["The sentiment is positive.", "I would say Positive, clearly!", "So positive."] as const;
  const { rows, found } = await faultsOf(
    outputs.map((output) => ["positive", output] as const),
    [spec("exact_match")],
    [...sentiments, "no", "no"],
  );
  const lines = describeFormat(found);
  expect(lines[0]).toMatch(/^\d of 3 failed rows hold the right label inside a sentence: `scorers: /);
  const written = parse(/`(.+)`/.exec(lines[0] ?? "")?.[1] ?? "").scorers[0];
  const scorer = await createScorer([{ weight: 1, ...written }], catalog, directory);
  expect(written.options.labels).toEqual(["negative", "neutral", "no", "positive"]);
  for (const { example, output } of rows)
    expect(await scorer.score({ example, output, toolCalls: [] })).toEqual({ value: 1 });
});

test("a single row is no line", async () => {
  const right = Array.from({ length: 3 }, () => ["positive", "wrong"] as const);
  const { found } = await faultsOf([["positive", "Positive"], ...right], [spec("exact_match")], sentiments);
  expect(found.findings).toHaveLength(1);
  expect(describeFormat(found)).toEqual([]);
});
