import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFields } from "../../../src/scorers/rules/json-fields.ts";
import { optionProblems, rate, rejection } from "../fixtures.ts";

const expected = JSON.stringify({
  urgency: "high",
  sentiment: "neutral",
  categories: { cleaning: true, billing: false },
});

describe("json_fields", () => {
  it("is 1 for the same values in any order and layout", async () => {
    const output =
      '{\n "categories": {"billing": false, "cleaning": true}, "sentiment": "neutral", "urgency": "high" }\n';
    expect(await rate(jsonFields, expected, output)).toEqual({
      value: 1,
      parts: { urgency: 1, sentiment: 1, "categories.cleaning": 1, "categories.billing": 1 },
    });
  });

  it("is the share of correct fields, and names the others", async () => {
    const output = JSON.stringify({
      urgency: "low",
      categories: { cleaning: true, billing: "no" },
      extra: 1,
    });
    expect(await rate(jsonFields, expected, output)).toEqual({
      value: 0.25,
      parts: { urgency: 0, sentiment: 0, "categories.cleaning": 1, "categories.billing": 0 },
      feedback:
        '1 of 4 fields are right; urgency: expected "high", got "low"; sentiment: missing, expected "neutral"; categories.billing: expected false, got "no"',
    });
  });

  it("counts extra keys by option, and extra list items always", async () => {
    const output = JSON.stringify({ ...JSON.parse(expected), note: "x" });
    expect(await rate(jsonFields, expected, output, { extra_fields: "wrong" })).toMatchObject({
      value: 0.8,
      feedback: '4 of 4 fields are right; note: not wanted, got "x"',
    });
    expect(await rate(jsonFields, "[1,2]", "[1,2,3]")).toEqual({
      value: 2 / 3,
      parts: { "0": 1, "1": 1 },
      feedback: "2 of 2 fields are right; 2: not wanted, got 3",
    });
    expect((await rate(jsonFields, '{"a":[]}', '{"a":[1]}')).value).toBe(0.5);
    expect((await rate(jsonFields, '{"a":{}}', '{"a":{"b":1}}')).value).toBe(1);
    expect((await rate(jsonFields, '{"a":{}}', '{"a":[]}')).value).toBe(0);
  });

  it("splits the weight of an object among its fields", async () => {
    const weights = { urgency: 2, categories: 1 };
    const output = JSON.stringify({ urgency: "high", sentiment: "bad", categories: { cleaning: true } });
    expect((await rate(jsonFields, expected, output, { weights })).value).toBeCloseTo(2.5 / 4);
    const closer = { categories: 1, "categories.cleaning": 5 };
    expect((await rate(jsonFields, expected, output, { weights: closer })).value).toBeCloseTo(6 / 8);
  });

  it("compares only some fields by option", async () => {
    const output = '{"categories": {"cleaning": true, "billing": true}}';
    expect((await rate(jsonFields, expected, output, { fields: ["categories"] })).value).toBe(0.5);
    const options = { fields: ["categories"], ignore: ["categories.billing"] };
    expect((await rate(jsonFields, expected, output, options)).value).toBe(1);
    const error = await rejection(rate(jsonFields, expected, output, { fields: ["urgencie"] }));
    expect(error.message).toBe(
      "rows.jsonl:7: scorer json_fields: the row has none of the fields to compare in its expected answer",
    );
  });

  it("is lenient by option", async () => {
    expect((await rate(jsonFields, '{"a":5,"b":true,"c":null}', '{"a":"5","b":"True"}')).value).toBe(0);
    expect(
      (await rate(jsonFields, '{"a":5,"b":true,"c":null}', '{"a":"5","b":"True"}', { loose_types: true }))
        .value,
    ).toBe(1);
    expect((await rate(jsonFields, '{"a":"x"}', '{"a":"X"}', { ignore_case: true })).value).toBe(1);
    expect((await rate(jsonFields, '{"a":1}', '{"a":1.05}', { number_tolerance: 0.1 })).value).toBe(1);
    expect((await rate(jsonFields, '{"a":[1,2]}', '{"a":[2,1]}')).value).toBe(0);
    expect(
      (await rate(jsonFields, '{"a":[1,{"b":2}]}', '{"a":[{"b":2},1]}', { ignore_order: true })).value,
    ).toBe(1);
    expect((await rate(jsonFields, '{"a":[1]}', '{"a":[1,1]}', { ignore_order: true })).value).toBe(0);
  });

  it("gives 0 for an answer that is not JSON, with every part at 0", async () => {
    expect(await rate(jsonFields, '{"a":1}', 'Here you are: {"a":1}')).toEqual({
      value: 0,
      feedback: 'there is text around the JSON ("Here you are:" before it); the bare JSON is wanted',
      parts: { a: 0 },
    });
  });

  it("rejects a fence unless it is allowed", async () => {
    const output = '```json\n{"a":1}\n```';
    expect(await rate(jsonFields, '{"a":1}', output)).toMatchObject({
      value: 0,
      feedback: "the JSON is wrapped in a ``` fence; the bare JSON is wanted",
    });
    expect(await rate(jsonFields, '{"a":1}', output, { allow_fence: true })).toEqual({
      value: 1,
      parts: { a: 1 },
    });
  });

  it("compares answers that are one bare value", async () => {
    expect(await rate(jsonFields, "5", "6")).toEqual({
      value: 0,
      parts: { answer: 0 },
      feedback: "0 of 1 fields are right; answer: expected 5, got 6",
    });
  });

  it("handles keys such as __proto__", async () => {
    const row = '{"__proto__": 1, "constructor": 2}';
    expect((await rate(jsonFields, row, "{}")).value).toBe(0);
    expect((await rate(jsonFields, row, row)).value).toBe(1);
    expect((await rate(jsonFields, '{"toString": 1}', '{"a": 1}')).feedback).toBe(
      "0 of 1 fields are right; toString: missing, expected 1",
    );
  });

  it("rejects a row whose expected answer is not JSON", async () => {
    const error = await rejection(rate(jsonFields, "high", "{}"));
    expect(error.message).toBe(
      'rows.jsonl:7: scorer json_fields: the row has an expected answer that is not JSON: "high"',
    );
    expect(error.hint).toBe("write the expected answer as JSON, or use another scorer");
  });

  it("handles deeply nested answers and endless lists", async () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(await rate(jsonFields, '{"a":1}', deep)).toMatchObject({
      value: 0,
      feedback: "the JSON is nested deeper than 100 levels",
    });
    const wide = JSON.stringify(Array.from({ length: 20_000 }, (_, at) => at));
    const { value, feedback } = await rate(jsonFields, "[0]", wide);
    expect(value).toBe(1 / 20_000);
    expect(feedback?.length).toBeLessThan(1000);
  });

  it("rejects invalid weights", () => {
    expect(optionProblems(jsonFields, { weights: { a: 0 } })).toHaveLength(1);
  });

  it("stays from 0 to 1, and is 1 for equal values", async () => {
    const leniencies = fc.record({
      loose_types: fc.boolean(),
      ignore_case: fc.boolean(),
      ignore_order: fc.boolean(),
      extra_fields: fc.constantFrom("ignore", "wrong"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.json({ maxDepth: 4 }),
        leniencies,
        async (one, other, options) => {
          expect((await rate(jsonFields, one, one, options)).value).toBe(1);
          const { value, parts = {} } = await rate(jsonFields, one, other, options);
          for (const number of [value, ...Object.values(parts)]) {
            expect(number).toBeGreaterThanOrEqual(0);
            expect(number).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
