import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { createImportWorld, fixture } from "../support/import-world.ts";

// Names and order as in inspect_ai, log/_recorders/eval.py: the journal first, a file a sample, the header last.
const { samples, ...header } = JSON.parse(readFileSync(fixture("evals/inspect/log.json"), "utf8"));
const text = (value: unknown) => strToU8(JSON.stringify(value));

function archive(): Record<string, Uint8Array> {
  return {
    "_journal/start.json": text({ version: 2, eval: header.eval, plan: header.plan ?? {} }),
    "_journal/summaries/1.json": text([]),
    ...Object.fromEntries(
      samples.map((sample: { readonly id: string; readonly epoch: number }) => [
        `samples/${sample.id}_epoch_${sample.epoch}.json`,
        text(sample),
      ]),
    ),
    "summaries.json": text([]),
    "header.json": text(header),
  };
}

test("an .eval log is read as its JSON form", async () => {
  const world = createImportWorld();
  const file = join(world.cwd, "log.eval");
  writeFileSync(file, zipSync(archive()));
  const read = await world.imported(file);
  expect(read.files).toMatchObject([{ format: "inspect", traces: samples.length }]);
  const again = createImportWorld();
  await again.imported(fixture("evals/inspect/log.json"));
  const shown = (one: ReturnType<typeof createImportWorld>) =>
    one.traces().map(({ messages, output, feedback }) => ({ messages, output, feedback }));
  expect(shown(world)).toEqual(shown(again));
});

test.each([
  [
    "a damaged sample",
    () => ({ ...archive(), "samples/x_epoch_1.json": strToU8("{") }),
    "no readable log of Inspect: ",
  ],
  [
    "no header",
    () => ({ "samples/x_epoch_1.json": text({ id: 1 }) }),
    "neither an Excel workbook nor a log of Inspect",
  ],
])("an archive with %s is refused", async (_, files, message) => {
  const world = createImportWorld();
  const file = join(world.cwd, "log.eval");
  writeFileSync(file, zipSync(files()));
  const { exitCode, stderr } = await world.cli(file);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
