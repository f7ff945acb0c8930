import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonValue } from "../../src/core/data/json.ts";
import { importFormats } from "../../src/imports/formats/index.ts";
import { readValues } from "../../src/imports/source/read-values.ts";
import { openSourceFile } from "../../src/imports/source/source-file.ts";
import { importFixtures } from "../support/import-fixtures.ts";
import { createImportWorld, fixture } from "../support/import-world.ts";

async function valuesOf(path: string): Promise<readonly JsonValue[]> {
  const values: JsonValue[] = [];
  for await (const read of readValues(await openSourceFile(fixture(path), path)))
    if ("value" in read) values.push(read.value);
  return values;
}

/** Without the member that tests add to see that unknown members are kept. */
function withoutExtra(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { x_extra: _, ...rest } = value;
  return rest;
}

const recognizing = (value: JsonValue): readonly string[] =>
  importFormats.filter((format) => format.recognizes(value)).map(({ name }) => name);

describe.each(importFixtures())("$path", ({ path, format }) => {
  test(`is recognized as ${format} alone`, async () => {
    const values = await valuesOf(path);
    expect(values.length).toBeGreaterThan(0);
    for (const given of values) {
      const value = withoutExtra(given);
      // Records with inputs have the shape of rows too, which is only a fallback.
      const found = recognizing(value).filter((name) => name !== "rows" || format === "rows");
      // The columns of a table are its only shape.
      const isTable = format === "rows" && isJsonObject(value) && !("inputs" in value);
      expect(found, JSON.stringify(value).slice(0, 300)).toEqual(isTable ? [] : [format]);
    }
  });
});

test("every format has a fixture", () => {
  const tested = new Set(importFixtures().map(({ format }) => format));
  const missing = importFormats.map(({ name }) => name).filter((name) => !tested.has(name));
  expect(missing).toEqual(["humanloop"]);
});

describe("members that foreign bodies share are no shape", () => {
  const foreign: Readonly<Record<string, JsonValue>> = {
    "a question with choices": { question: "2+2?", choices: ["3", "4"], answer: 1 },
    "a request with an answer of no known API": {
      request: { model: "m", messages: [{ role: "user", content: "a" }] },
      response: { verdict: "good" },
    },
    "a prompt that is no text": { request: { prompt: { id: "p" } }, response: { text: "a" } },
    "rows of evaluations with messages": {
      request: { messages: [{ role: "user", content: "a" }] },
      expectations: { expected_response: "b" },
    },
    "a table with context": { question: "a", context: "b", answer: "c" },
    "Bedrock records of another kind": { schemaType: "Other", input: {}, output: {} },
    "events of another program": { run_id: "1", event_id: 1, type: "click", data: {} },
  };
  test.each(Object.entries(foreign))("%s", (_, value) => {
    expect(recognizing(value)).toEqual([]);
  });
});

describe("files from the field", () => {
  const anthropic = {
    request: {
      model: "claude-sonnet-4",
      max_tokens: 100,
      system: "Be terse",
      messages: [{ role: "user", content: "Hi" }],
    },
    response: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "Yo" }],
      model: "claude-sonnet-4",
      stop_reason: "end_turn",
      usage: { input_tokens: 3, output_tokens: 1 },
    },
  };
  const asked = (content: string) => ({ messages: [{ role: "user", content }] });
  const sets = [
    { request_id: "r1", request: asked("What is X?"), expected_response: "X is a.", expected_facts: ["a"] },
    {
      request: asked("What is X?"),
      response: { choices: [{ message: { role: "assistant", content: "X is" } }] },
      expected_response: "X is a.",
    },
    { request: "What is X?", expected_response: "X is a." },
  ];

  test("an answer of Anthropic's API is kept", async () => {
    const world = createImportWorld();
    world.write("a.jsonl", `${JSON.stringify(anthropic)}\n`);
    expect((await world.imported("a.jsonl", "--dataset", "d")).files).toMatchObject([
      { format: "anthropic" },
    ]);
    expect(world.traces()).toMatchObject([
      {
        messages: [{ role: "system", content: "Be terse" }, { role: "user" }],
        output: "Yo",
        provider: "anthropic",
      },
    ]);
  });

  test.each(sets.map((set) => [JSON.stringify(set), set] as const))(
    "an evaluation set makes rows: %s",
    async (_, set) => {
      const world = createImportWorld();
      world.write("a.jsonl", `${JSON.stringify(set)}\n`);
      const { dataset, traces } = await world.imported("a.jsonl", "--dataset", "d");
      expect([dataset?.rows, traces.read]).toEqual([1, 0]);
      expect(world.rows("d")).toMatchObject([{ expectations: { expected_response: "X is a." } }]);
    },
  );
});

describe("left out entries", () => {
  test("are shown with count and reason", async () => {
    const world = createImportWorld();
    const { stdout } = await world.cli(fixture("logs/bedrock/s3.jsonl"), "--dataset", "d");
    expect(stdout).toContain("  left out: 1 call of embeddings: they have no prompt\n");
  });

  test("are the reason if nothing is left", async () => {
    const world = createImportWorld();
    const record = { id: "gen-1", total_cost: 0.1, tokens_prompt: 3 };
    world.write("a.jsonl", `${JSON.stringify(record)}\n${JSON.stringify({ ...record, id: "gen-2" })}\n`);
    const { exitCode, stderr } = await world.cli("a.jsonl", "--dataset", "d");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("2 records of generations: they have neither prompt nor answer");
  });
});
