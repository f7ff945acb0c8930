import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { createWorldProject } from "../support/world-project.ts";

test("a merged dataset runs by name, with the source model's answers where no answer is expected", async () => {
  const project = createWorldProject({ optimization: { dataset_name: "collected", source_model: "large" } });
  const store = openDatasetStore({ folder: join(project.directory, ".dao-opt", "datasets") });
  const rows = Array.from({ length: 60 }, (_, at) => {
    const label = at % 2 === 0 ? "yes" : "no";
    const expectations = at % 3 === 0 ? { expected_response: label } : undefined;
    return {
      inputs: { text: `row ${at} says ${label}` },
      outputs: label,
      ...(expectations === undefined ? {} : { expectations }),
      source: { type: "trace", traceId: `t${at}` },
    };
  });
  await store.merge("collected", rows.slice(0, 40));
  await store.merge("collected", rows.slice(20));
  const { exitCode, json, stderr } = await project.run(["--json"]);
  expect(exitCode, stderr).toBe(0);
  expect(json).toMatchObject({ optimizations: [{ status: "improved", optimized: { version: 2 } }] });
  const validated = await project.cli(["validate", "config.yaml", "--json"]);
  expect(validated.json).toMatchObject({ optimizations: [{ name: "x", rows: 60 }] });
});

test("an unknown dataset is reported with a way to collect it", async () => {
  const project = createWorldProject({ optimization: { dataset_name: "unheard_of" } });
  const { exitCode, stderr } = await project.run([]);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'error: no dataset named "unheard_of"\n  → there are: d; declare it under `datasets` with the path of its file, or collect it with `dao-opt collect`\n',
  );
});
