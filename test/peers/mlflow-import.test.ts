import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";
import { preparePython } from "./python-venv.ts";

let exported: string;
let counts: { readonly version: string; readonly traces: number; readonly records: number };

beforeAll(async () => {
  exported = mkdtempSync(join(tmpdir(), "dao-opt-mlflow-"));
  const python = await preparePython("telemetry");
  counts = (await python.run("mlflow_export.py", { OUT_DIR: exported })) as typeof counts;
});

const outer = (number: number) => ({
  name: "answer",
  inputs: { question: `what is ${number}?` },
  output: `QUESTION: WHAT IS ${number}?`,
  chat_id: "session-1",
  user: "ann",
});

test.each(["traces.jsonl", "traces.csv", "traces.json"])(
  "traces of a real MLflow server: %s",
  async (file) => {
    expect(counts.traces).toBe(6);
    const world = createImportWorld();
    const output = await world.imported(join(exported, file), "--dataset", "rows");
    expect(output.files).toMatchObject([{ format: "mlflow-traces", traces: 11, problems: 0 }]);
    const traces = world.traces();
    const roots = traces.filter(({ parent_id: parent }) => parent === undefined);
    for (let number = 0; number < 5; number++)
      expect(roots).toContainEqual(expect.objectContaining(outer(number)));
    expect(roots).toContainEqual(
      expect.objectContaining({ name: "broken", error: expect.stringContaining("no answer") }),
    );
    const inner = traces.filter(({ parent_id: parent }) => parent !== undefined);
    expect(inner).toHaveLength(5);
    expect(inner[0]).toMatchObject({
      name: "Completions",
      model: "gpt-4o",
      messages: [{ role: "system", content: "Answer briefly." }, { role: "user" }],
      usage: { input_tokens: 7, output_tokens: 2 },
    });
    expect(output.dataset).toMatchObject({ rows: 5 });
    expect(world.rows("rows")).toContainEqual(
      expect.objectContaining({
        inputs: { question: "what is 4?" },
        expectations: { expected_response: "FOUR" },
      }),
    );
    expect((await world.imported(join(exported, file))).traces).toMatchObject({ added: 0, known: 11 });
  },
);

test.each(["records.csv", "records.json", "answer.json"])(
  "a dataset of a real MLflow server: %s",
  async (file) => {
    const world = createImportWorld();
    const output = await world.imported(join(exported, file), "--dataset", "rows");
    expect(output.files).toMatchObject([{ format: "mlflow-dataset", rows: counts.records, problems: 0 }]);
    const rows = world.rows("rows");
    expect(rows).toContainEqual(
      expect.objectContaining({
        inputs: { question: "capital of Italy?" },
        expectations: { expected_response: "Rome" },
      }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ inputs: { question: "capital of France?" }, outputs: "Paris" }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({
        inputs: { question: "what is 4?" },
        expectations: { expected_response: "FOUR" },
        source: { type: "trace", trace_id: expect.stringMatching(/^tr-/) },
      }),
    );
  },
);
