import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { CliContext } from "../../../src/cli/context.ts";
import { startFetchProgress } from "../../../src/cli/terminal/fetch-progress.ts";
import { startLoopbackMlflow } from "../../mlflow/unit/loopback-mlflow.ts";
import { createWorldProject } from "../../support/world-project.ts";

const rows = Array.from({ length: 60 }, (_, row) => {
  const label = row % 2 === 0 ? "yes" : "no";
  return { inputs: { text: `row ${row} says ${label}` }, expectations: { expected_response: label } };
});

/** A dataset in pages of 25 rows, each of which takes 6 s on the clock of the command. */
async function slowServer() {
  let nowMs = 0;
  const server = await startLoopbackMlflow(({ path }) => {
    if (path.endsWith("/datasets/search"))
      return { json: { datasets: [{ dataset_id: "d-1", name: "big" }] } };
    nowMs += 6000;
    const start = Number(new URLSearchParams(path.split("?")[1]).get("page_token") ?? 0);
    const records = JSON.stringify(rows.slice(start, start + 25));
    return { json: { records, ...(start + 25 < rows.length ? { next_page_token: `${start + 25}` } : {}) } };
  });
  const project = createWorldProject();
  project.config.datasets["d"] = { mlflow: "big" };
  project.config.tracking = { mlflow: server.address };
  project.save();
  return { project, clock: { now: () => new Date(), monotonicMs: () => nowMs } };
}

test.each([
  ["run", "config.yaml"],
  ["eval", "config.yaml"],
  ["collect", "config.yaml", "--inputs", "d", "--dataset", "copy", "--model", "large"],
])("%s shows how many rows are fetched, without a terminal every few seconds", async (...command) => {
  const { project, clock } = await slowServer();
  const { stderr } = await project.cli(command, { clock });
  expect(stderr).toContain("d: 25 rows fetched from MLflow\nd: 50 rows fetched from MLflow\n");
  const quiet = await project.cli([...command, "-q"], { clock });
  expect(quiet.stderr).not.toContain("fetched from MLflow");
});

test("a terminal shows a spinner from the first request to the end", async () => {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    clearLine: () => true,
    cursorTo: () => true,
    moveCursor: () => true,
  });
  const context = {
    env: {},
    stderr: { write: () => {}, isTerminal: true, columns: 80, stream },
    clock: { now: () => new Date(), monotonicMs: () => 0 },
  } as unknown as CliContext;
  const progress = await startFetchProgress(context, {});
  expect(stream.read()).toBeNull();
  progress.listen({ dataset: "d", count: 0, what: "traces" });
  progress.stop();
  expect(String(stream.read())).toContain("d: 0 traces fetched from MLflow");
});
