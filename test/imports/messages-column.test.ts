import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { DatasetSpec } from "../../src/contracts/dataset-store.ts";
import { readDataset } from "../../src/datasets/read-dataset.ts";
import { openRows } from "../../src/imports/open-rows.ts";
import { createImportWorld, type ImportWorld } from "../support/import-world.ts";
import { runCli } from "../support/run-cli.ts";

let world: ImportWorld;
beforeEach(() => {
  world = createImportWorld();
});

const ask = (content: string) => ({ role: "user", content });
const say = (content: string) => ({ role: "assistant", content });
const call = { id: "1", type: "function", function: { name: "reset", arguments: "{}" } };

const rows: readonly {
  readonly messages: readonly object[];
  readonly tone: string;
  readonly target: string;
}[] = [
  { messages: [ask("How can I reset my password?")], tone: "friendly", target: "Click Forgot Password." },
  {
    messages: [ask("Hi"), say("Hello!"), ask("Where is my order?"), say("On its way.")],
    tone: "formal",
    target: "See Order History.",
  },
  {
    messages: [ask("Reset it"), { role: "assistant", content: null, tool_calls: [call] }],
    tone: "curt",
    target: "Done.",
  },
  { messages: [ask("Go on"), say("One."), say("Two.")], tone: "curt", target: "Three." },
];
const cell = (value: unknown) =>
  `"${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;

const files: Readonly<Record<string, string>> = {
  "support.csv": [
    "messages,tone,target",
    ...rows.map((row) => [row.messages, row.tone, row.target].map(cell).join(",")),
  ].join("\n"),
  "support.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  "support.json": JSON.stringify(rows),
};

async function examplesOf(path: string, mapping: Pick<DatasetSpec, "expected"> = {}) {
  const spec = { name: "d", onBadRow: "fail", source: { kind: "file", path }, ...mapping } as const;
  const { examples } = await readDataset(spec, { openRows });
  return examples.map(({ inputs, expected, sourceOutput, expectations }) => ({
    ...{ inputs, expected, sourceOutput },
    toolCalls: expectations["tool_calls"],
  }));
}

test.each(Object.keys(files))("%s: an import gives the rows that a run reads from the file", async (name) => {
  world.write(name, files[name] ?? "");
  const output = await world.imported(name, "--dataset", "d");
  expect(output.files).toMatchObject([{ format: "rows" }]);
  expect(output.dataset).toMatchObject({ added: rows.length });
  const stored = join(world.cwd, ".dao-opt/datasets/d.jsonl");
  expect(await examplesOf(stored)).toEqual(await examplesOf(join(world.cwd, name)));
  expect(world.rows("d").slice(0, 2)).toMatchObject([
    { inputs: { messages: [ask("How can I reset my password?")], tone: "friendly" } },
    { inputs: { messages: rows[1]?.messages.slice(0, 3) }, outputs: "On its way." },
  ]);
});

test.each(Object.keys(files))(
  "%s: --expected names the answer; dataset merge reads the same rows",
  async (name) => {
    world.write(name, files[name] ?? "");
    await world.imported(name, "--dataset", "d", "--expected", "target");
    expect(await examplesOf(join(world.cwd, ".dao-opt/datasets/d.jsonl"))).toEqual(
      await examplesOf(join(world.cwd, name), { expected: "target" }),
    );
    const merged = await runCli(["dataset", "merge", "m", name, "--expected", "target"], { cwd: world.cwd });
    expect([merged.exitCode, merged.stderr]).toEqual([0, expect.any(String)]);
    const withoutSource = (dataset: string) => world.rows(dataset).map(({ source: _, ...row }) => row);
    expect(withoutSource("m")).toEqual(withoutSource("d"));
  },
);

test("lines of a fine-tuning file stay calls", async () => {
  const lines = [
    { messages: rows[1]?.messages, tools: [], parallel_tool_calls: false },
    { messages: rows[0]?.messages, model: "gpt-4o" },
  ];
  world.write("tuning.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  const output = await world.imported("tuning.jsonl");
  expect(output.files).toMatchObject([{ format: "openai-chat" }]);
  expect(output.traces).toMatchObject({ added: 2 });
});

test("the published table of customer questions becomes rows", async () => {
  // The first rows of a dataset of Humanloop's cookbook.
  const table = `chunk,messages,tone,target
1,"[{""role"": ""user"", ""content"": ""How can I reset my password?""}]",friendly,"Click Forgot Password."
1,"[{""role"": ""user"", ""content"": ""Where is my order?""}]",formal,"See Order History."
`;
  world.write("support.csv", table);
  await world.imported("support.csv", "--dataset", "d", "--expected", "target");
  expect(world.rows("d").map(({ inputs, expectations }) => ({ inputs, expectations }))).toEqual([
    {
      inputs: { chunk: "1", messages: [ask("How can I reset my password?")], tone: "friendly" },
      expectations: { expected_response: "Click Forgot Password." },
    },
    {
      inputs: { chunk: "1", messages: [ask("Where is my order?")], tone: "formal" },
      expectations: { expected_response: "See Order History." },
    },
  ]);
  expect(readFileSync(join(world.cwd, "support.csv"), "utf8")).toBe(table);
});
