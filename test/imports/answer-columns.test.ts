import { describe, expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";
import { readByAll } from "../support/row-doors.ts";
import { runCli } from "../support/run-cli.ts";

const jsonl = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("the answer of a pair is found by its name, and the output says so", () => {
  test.each([
    [
      "OpenAI's legacy fine-tuning files",
      { prompt: "Great phone ->", completion: " positive\n" },
      "completion",
    ],
    [
      "GSM8K, and DSPy's examples",
      { question: "Hi", answer: "Yo", dspy_uuid: "u", dspy_split: "train" },
      "answer",
    ],
    ["classification datasets of Hugging Face", { text: "Bad.", label: 1 }, "label"],
    ["Inspect", { input: "2+2", target: "4" }, "target"],
    ["a table of references", { sentence: "2+2", reference: "4" }, "reference"],
    ["Azure AI evaluation", { query: "2+2", context: "c", ground_truth: "4" }, "ground_truth"],
    ["DeepEval", { input: "2+2", expected_output: "4" }, "expected_output"],
    ["a spreadsheet", { Question: "2+2", "Expected Answer": "4" }, "Expected Answer"],
    ["a row of MLflow, flattened", { question: "2+2", expected_response: "4" }, "expected_response"],
  ])("%s", async (_, row, column) => {
    const { file, expected, rows, notes } = await readByAll("pairs.jsonl", jsonl(row));
    const answer = (row as Readonly<Record<string, unknown>>)[column];
    expect(expected).toEqual([String(answer)]);
    expect(file.columns).toMatchObject({ expected: column, output: null, suspects: [], is_chosen: true });
    expect(rows[0]?.["inputs"]).not.toHaveProperty([column]);
    if (column === "expected_response") expect(notes.join()).not.toContain("is the expected answer");
    else
      expect(notes).toContain(
        `pairs.jsonl does not specify which columns are variables; using ${file.columns?.variables.join(", ")}. ${column} is the expected answer. Set \`inputs\` and \`expected\` to change this`,
      );
  });

  test("a recorded answer beside the expected one: results of kevinschaul/llm-evals", async () => {
    const table = "id,input,target,response,score\n1,2+2,4,five,0\n";
    const { file, rows } = await readByAll("results.csv", table);
    expect(file.columns).toMatchObject({
      variables: ["input", "score"],
      expected: "target",
      output: "response",
    });
    expect(rows).toEqual([
      {
        inputs: { input: "2+2", score: "0" },
        outputs: "five",
        expectations: { expected_response: "4" },
        id: "1",
      },
    ]);
  });

  test("tatsu-lab/alpaca: the output is the recorded answer", async () => {
    const row = { instruction: "Translate.", input: "Haus", output: "house" };
    const { file, expected } = await readByAll("alpaca.json", JSON.stringify([row]));
    expect(file.columns).toMatchObject({
      variables: ["instruction", "input"],
      expected: null,
      output: "output",
    });
    expect(expected).toEqual(["house"]);
  });

  test("a column alone stays a variable; blank cells are no answers", async () => {
    expect((await readByAll("one.csv", "answer\nyes\n")).rows).toEqual([{ inputs: { answer: "yes" } }]);
    expect((await readByAll("blank.csv", "q,answer\na,\nb,y\n")).expected).toEqual([undefined, "y"]);
  });

  test("columns beside inputs", async () => {
    const { rows } = await readByAll("nested.jsonl", jsonl({ inputs: { q: "a" }, target: "x", note: "n" }));
    expect(rows).toEqual([{ inputs: { q: "a" }, expectations: { expected_response: "x" }, note: "n" }]);
  });
});

describe("a mapping decides alone", () => {
  const row = { question: "a", answer: "b", ideal: "c", meta: { lang: "de", gold: { text: "d" } } };

  test("another answer column; what still looks like one is named", async () => {
    const { file, expected, rows, notes } = await readByAll("m.jsonl", jsonl(row), { expected: "ideal" });
    expect([expected, rows[0]?.["inputs"]]).toEqual([
      ["c"],
      { question: "a", answer: "b", meta: { lang: "de", gold: { text: "d" } } },
    ]);
    expect(file.columns).toMatchObject({ suspects: ["answer"], is_chosen: false });
    expect(notes).toContain(
      "m.jsonl: answer looks like an answer, but is a variable. Set `inputs` and `expected` to change this",
    );
  });

  test("an answer as a variable", async () => {
    const mapping = { inputs: { question: "question", answer: "answer" } };
    expect((await readByAll("m.jsonl", jsonl(row), mapping)).rows).toEqual([
      { inputs: { question: "a", answer: "b" }, ideal: "c", meta: row.meta },
    ]);
  });

  const nested = { inputs: { q: "question", l: "meta.lang" }, expected: "meta.gold.text" };
  test.each([
    ["lines.jsonl", jsonl(row)],
    ["list.json", JSON.stringify([row])],
    ["rows.yaml", `- question: a\n  meta: { lang: de, gold: { text: d } }\n`],
    ["json.csv", `question,meta\na,"${JSON.stringify(row.meta).replaceAll('"', '""')}"\n`],
    ["python.csv", `question,meta\na,"{'lang': 'de', 'gold': {'text': 'd'}}"\n`],
  ])("nested members: %s", async (name, content) => {
    const { rows, expected } = await readByAll(name, content, nested);
    expect([rows[0]?.["inputs"], expected]).toEqual([{ q: "a", l: "de" }, ["d"]]);
  });

  test("nested members of another tool's export", async () => {
    const item = { id: "i", datasetName: "d", input: { q: "a" }, expectedOutput: { answer: "x", why: "y" } };
    const mapping = { inputs: { text: "input.q" }, expected: "expectedOutput.answer" };
    expect((await readByAll("items.jsonl", jsonl(item), mapping)).expected).toEqual(["x"]);
  });
});

test("text output names the answer column, in both commands", async () => {
  const world = createImportWorld();
  world.write("legacy.jsonl", jsonl({ prompt: "Great phone ->", completion: " positive\n" }));
  const note =
    "note: legacy.jsonl does not specify which columns are variables; using prompt. completion is the expected answer. " +
    "Set --inputs variable=column and --expected column to change this\n";
  expect((await world.cli("legacy.jsonl", "--dataset", "d")).stdout).toContain(note);
  const merged = await runCli(["dataset", "merge", "m", "legacy.jsonl"], { cwd: world.cwd });
  expect(merged.stdout).toBe(`m: 1 added, 0 updated, 0 unchanged; 1 row now\n${note}`);
});
