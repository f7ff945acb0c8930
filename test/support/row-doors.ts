import { join } from "node:path";
import { expect } from "vitest";
import type { DatasetSpec } from "../../src/contracts/dataset-store.ts";
import { readDataset } from "../../src/datasets/read-dataset.ts";
import { openRows } from "../../src/imports/open-rows.ts";
import { createImportWorld, type ImportWorld } from "./import-world.ts";
import { runCli } from "./run-cli.ts";

type Row = { readonly [name: string]: unknown };
type Mapping = Pick<DatasetSpec, "inputs" | "expected">;

/** A file as every command that reads rows reads it. */
export interface ReadByAll {
  readonly world: ImportWorld;
  /** Records as stored, equal for `collect import` and `dataset merge`. */
  readonly rows: readonly Row[];
  /** Of `collect import --json`. */
  readonly file: Awaited<ReturnType<ImportWorld["imported"]>>["files"][number];
  readonly problems: Awaited<ReturnType<ImportWorld["imported"]>>["problems"];
  /** Expected answers as a run reads them from the file. */
  readonly expected: readonly (string | undefined)[];
  /** Notes of `run --dry-run --json`. */
  readonly notes: readonly string[];
}

/** Reads a file through `collect import`, `dataset merge` and `run --dry-run`, and checks that they read it alike. */
export async function readByAll(
  name: string,
  content: string | Uint8Array,
  mapping: Mapping = {},
): Promise<ReadByAll> {
  const world = createImportWorld();
  world.write(name, content);
  const flags = [
    ...(mapping.inputs === undefined
      ? []
      : ["--inputs", ...Object.entries(mapping.inputs).map(([variable, column]) => `${variable}=${column}`)]),
    ...(mapping.expected === undefined ? [] : ["--expected", mapping.expected]),
  ];
  const { files, problems } = await world.imported(name, "--dataset", "imported", ...flags);
  const [file] = files;
  if (file === undefined) throw new Error("no file was imported");
  const rows = world.rows("imported");
  if (problems.count === 0) {
    const merged = await runCli(["dataset", "merge", "merged", name, "--json", ...flags], { cwd: world.cwd });
    expect(merged).toMatchObject({
      exitCode: 0,
      json: { files: [{ columns: file.columns, notes: file.notes }] },
    });
    expect(world.rows("merged")).toEqual(rows);
  }
  const spec = { name: "d", onBadRow: "skip", ...mapping } as const;
  const path = join(world.cwd, name);
  const dataset = await readDataset({ ...spec, source: { kind: "file", path } }, { openRows });
  const stored = await readDataset({
    ...{ name: "d", onBadRow: "skip" },
    source: { kind: "file", path: join(world.cwd, ".dao-opt/datasets/imported.jsonl") },
  });
  expect(dataset.examples.map(({ inputs, expected }) => ({ inputs, expected }))).toEqual(
    stored.examples.map(({ inputs, expected }) => ({ inputs, expected })),
  );
  // A conversation is sent without a variable of its own.
  const [variable = ""] = Object.keys(dataset.examples[0]?.inputs ?? {}).filter((one) => one !== "messages");
  const expected = dataset.examples.map((example) => example.expected);
  return {
    world,
    rows,
    file,
    problems,
    expected,
    notes: await notesOfDryRun(world, name, mapping, variable),
  };
}

async function notesOfDryRun(
  world: ImportWorld,
  name: string,
  mapping: Mapping,
  variable: string,
): Promise<readonly string[]> {
  const content = `Answer. ${variable === "" ? "" : `{{${variable}}}`}`;
  world.write(
    "config.yaml",
    JSON.stringify({
      resources: { llms: { m: { name: "offline/small", provider: "offline" } } },
      prompts: { p: { name: "p", default_template: [{ role: "system", content }] } },
      agents: { a: { name: "a", model: "m", prompt: "p" } },
      datasets: { d: { path: name, ...mapping } },
      optimizations: {
        prompt_optimizations: {
          o: {
            prompt: "p",
            agent: "a",
            dataset: "d",
            on_bad_row: "skip",
            scorers: [{ use: "length", options: { min_chars: 1 } }],
          },
        },
      },
    }),
  );
  const dry = await runCli(["run", "config.yaml", "--dry-run", "--json"], { cwd: world.cwd });
  expect([dry.exitCode, dry.stdout, dry.stderr]).toEqual([0, expect.any(String), expect.any(String)]);
  return (dry.json as { readonly notes: readonly string[] }).notes;
}
