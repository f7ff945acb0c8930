import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonSchema } from "../../../src/scorers/rules/json-schema.ts";
import { make, makeJudgement, optionProblems } from "../fixtures.ts";

const schema = {
  type: "object",
  properties: {
    urgency: { enum: ["high", "low"] },
    age: { type: "integer", minimum: 0 },
    mail: { type: "string", format: "email" },
    code: { type: "string", pattern: "^(a+)+$" },
  },
  required: ["urgency"],
  additionalProperties: false,
};
const score = (output: string, options = {}) =>
  make(jsonSchema, { schema, ...options }).score(makeJudgement({ output }));

describe("json_schema", () => {
  it("accepts what the schema allows", async () => {
    expect(await score('{"urgency": "high", "age": 3, "mail": "a@b.org"}')).toEqual({ value: 1 });
  });

  it("reports every violation", async () => {
    expect(await score('{"urgency": "urgent", "age": -1, "mail": "me", "note": 1}')).toEqual({
      value: 0,
      feedback:
        'the JSON breaks its schema: the answer must NOT have additional properties: "note"; ' +
        'urgency must be equal to one of the allowed values: ["high","low"], got "urgent"; ' +
        'age must be >= 0, got -1; mail must match format "email", got "me"',
    });
    expect(await score("{}")).toEqual({
      value: 0,
      feedback: "the JSON breaks its schema: the answer must have required property 'urgency'",
    });
  });

  it("reports what is not JSON, and takes a fence when allowed", async () => {
    expect((await score("yes")).feedback).toBe('the answer is no JSON: "yes"');
    expect((await score('```json\n{"urgency": "low"}\n```')).value).toBe(0);
    expect((await score('```json\n{"urgency": "low"}\n```', { allow_fence: true })).value).toBe(1);
  });

  it("does not hang on a pattern that backtracking engines hang on", async () => {
    expect((await score(`{"urgency": "low", "code": "${"a".repeat(50_000)}!"}`)).value).toBe(0);
  });

  it("follows the dialect the schema names", async () => {
    const tuple = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      prefixItems: [{ type: "number" }],
    };
    const scorer = make(jsonSchema, { schema: tuple });
    expect((await scorer.score(makeJudgement({ output: '["a"]' }))).feedback).toBe(
      'the JSON breaks its schema: 0 must be number, got "a"',
    );
    const draft2019 = {
      $schema: "https://json-schema.org/draft/2019-09/schema",
      unevaluatedProperties: false,
    };
    expect(
      (await make(jsonSchema, { schema: draft2019 }).score(makeJudgement({ output: '{"a":1}' }))).value,
    ).toBe(0);
  });

  it("rejects an invalid schema", () => {
    expect(() => make(jsonSchema, { schema: { type: "objekt" } })).toThrow(
      /^json_schema: the inline schema is not a usable JSON Schema: schema is invalid: data\/type must be/,
    );
    expect(() => make(jsonSchema, { schema: { requried: ["a"] } })).toThrow('unknown keyword: "requried"');
    expect(() => make(jsonSchema, { schema: { type: "string", pattern: "(?=a)" } })).toThrow("RE2 syntax");
    expect(() => make(jsonSchema, { schema: { $ref: "other.json" } })).toThrow(
      "can't resolve reference other.json",
    );
  });

  it("needs a schema or a file, not both", () => {
    expect(optionProblems(jsonSchema, {})).toEqual([": set `schema` or `file`"]);
    expect(optionProblems(jsonSchema, { schema: {}, file: "x.json" })).toEqual([
      ": set `schema` or `file`, not both",
    ]);
  });
});

describe("json_schema, from a file", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dao-opt-schema-"));
    await writeFile(join(directory, "schema.json"), JSON.stringify(schema));
    await writeFile(join(directory, "list.json"), "[]");
    await writeFile(join(directory, "broken.json"), "{");
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("is found beside the config", async () => {
    const scorer = make(jsonSchema, { file: "./schema.json" }, directory);
    expect(await scorer.score(makeJudgement({ output: '{"urgency": "low"}' }))).toEqual({ value: 1 });
  });

  it("is named by its path when it is unusable", () => {
    expect(() => make(jsonSchema, { file: "missing.json" }, directory)).toThrow(
      `json_schema: could not read ${join(directory, "missing.json")} as JSON: ENOENT`,
    );
    expect(() => make(jsonSchema, { file: "broken.json" }, directory)).toThrow("broken.json as JSON");
    expect(() => make(jsonSchema, { file: "list.json" }, directory)).toThrow(
      `json_schema: ${join(directory, "list.json")} contains no schema object`,
    );
  });
});
