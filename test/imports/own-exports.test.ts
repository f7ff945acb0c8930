import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportFormats } from "../../src/datasets/manage/export/export-records.ts";
import { createImportWorld } from "../support/import-world.ts";
import { runCli } from "../support/run-cli.ts";

/** Content that every format preserves; tables and OpenAI's items contain answers as strings. */
const rows = [
  { inputs: { text: "plain" }, expectations: { expected_response: "yes" } },
  { inputs: { text: "only recorded" }, outputs: "said" },
  {
    inputs: { text: "both" },
    outputs: "said",
    expectations: { expected_response: "yes", expected_facts: ["a fact", "another"] },
  },
  { inputs: { text: "facts alone" }, expectations: { expected_facts: ["a fact"] } },
  { inputs: { text: "no answer" } },
];
const tagged = [
  ...rows,
  { inputs: { text: "tags" }, outputs: "said", tags: { rating: 0.5, team: "a" } },
  {
    inputs: { text: "all" },
    outputs: "said",
    expectations: { expected_response: "yes", note: "in other words" },
    tags: { team: "b" },
    source: { type: "trace", trace_id: "tr-1" },
  },
];
const structured = [
  ...tagged,
  {
    inputs: { deep: { list: ["x", "y"], none: null }, list: ["one", "two"], count: 1 },
    outputs: { label: "x" },
    expectations: { expected_response: { answer: "b" }, score: 1 },
    source: { type: "human" },
  },
  {
    inputs: { text: "looks like JSON" },
    outputs: "[x",
    expectations: { expected_response: '{"label":"x"}' },
  },
];
const unknown = { inputs: { text: "unknown" }, outputs: "said", x_extra: { kept: [1] } };

const carried: Readonly<Record<string, readonly object[]>> = {
  jsonl: [...structured, unknown],
  json: [...structured, unknown],
  csv: tagged,
  tsv: tagged,
  mlflow: structured,
  promptfoo: [...structured, unknown],
  "openai-evals": rows,
  langfuse: [...structured, unknown],
  langsmith: [...structured, unknown],
};

async function exported(format: string, list: readonly object[]) {
  const world = createImportWorld();
  world.write("rows.jsonl", list.map((row) => JSON.stringify(row)).join("\n"));
  const file = `out${exportFormats[format]?.endings[0]}`;
  const cli = (...argv: readonly string[]) => runCli(["dataset", ...argv], { cwd: world.cwd });
  const { exitCode, stderr } = await cli("export", "rows.jsonl", "--format", format, "--output", file);
  expect(exitCode).toBe(0);
  return { world, file, stderr };
}

describe.each(Object.keys(exportFormats))("%s", (format) => {
  test("an export is imported as the original rows", async () => {
    const list = carried[format] ?? [];
    const { world, file, stderr } = await exported(format, list);
    expect(stderr).toBe("");
    const { problems } = await world.imported(file, "--dataset", "back");
    expect(problems.count).toBe(0);
    // promptfoo's assertions are also kept unchanged.
    const back = world.rows("back").map(({ promptfoo: _asserts, ...row }) => row);
    expect(back).toEqual(list);
  });
});

describe("members that a format cannot represent are reported once, with the number of rows", () => {
  test.each([
    ["csv", "x_extra, y"],
    ["tsv", "x_extra, y"],
    ["mlflow", "x_extra, y"],
    ["openai-evals", "tags, x_extra, y"],
  ])("%s", async (format, names) => {
    const { stderr } = await exported(format, [
      { inputs: { text: "a" }, outputs: "b", tags: format === "openai-evals" ? { k: 1 } : {}, x_extra: 1 },
      { inputs: { text: "b" }, outputs: "b", x_extra: 2, y: "z" },
      { inputs: { text: "c" }, outputs: "b" },
    ]);
    expect(stderr).toBe(
      `note: ${format} cannot store ${names}: omitted from 2 rows; use --format jsonl to keep everything\n`,
    );
  });

  test("stdout contains only the rows", async () => {
    const world = createImportWorld();
    world.write("rows.jsonl", '{"inputs":{"text":"a"},"x_extra":1}\n');
    const path = join(world.cwd, "rows.jsonl");
    const { stdout, stderr } = await runCli(["dataset", "export", path, "--format", "csv"], {
      cwd: world.cwd,
    });
    expect(stdout).toBe("text\na\n");
    expect(stderr).toContain("omitted from 1 row;");
  });
});

test("columns named like members are kept or reported if their content differs", async () => {
  const world = createImportWorld();
  world.write("r.csv", 'text,tags,source,expectations\na,"new, hot",web,\nb,,,some words\n');
  const { problems } = await world.imported("r.csv", "--dataset", "rows");
  expect(world.rows("rows")).toEqual([{ inputs: { text: "a" }, tags: { tags: "new, hot" }, source: "web" }]);
  expect(problems.shown).toEqual([{ file: "r.csv", line: 3, message: '"expectations" is not an object' }]);
});
