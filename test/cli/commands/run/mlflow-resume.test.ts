import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LoopbackAnswer } from "../../../mlflow/unit/loopback-mlflow.ts";
import { startMlflowStore } from "../../../mlflow/unit/loopback-store.ts";
import { createWorldProject } from "../../../support/world-project.ts";

const refused: LoopbackAnswer = { status: 400, json: { error_code: "BAD_REQUEST", message: "not now" } };

/** A project with a server, whose first run is stopped after 20 calls; without its end in MLflow if `isCut`. */
async function stoppedRun({ isCut = false } = {}) {
  let isRefusing = isCut;
  const store = await startMlflowStore((route) =>
    isRefusing && route === "runs/update" ? refused : undefined,
  );
  const project = createWorldProject();
  project.config.tracking = { mlflow: store.address, experiment: "shop" };
  project.save();
  let interrupt = () => {};
  const when = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const { answer } = project.world;
  project.world.answer = (request, spec) => {
    if (project.world.calls.length === 20) interrupt();
    return answer(request, spec);
  };
  project.world.latencyMs = () => 5;
  const stopped = await project.run(["-j", "1"], { interrupts: [{ when, signal: "SIGINT" }] });
  expect(stopped.exitCode).toBe(130);
  isRefusing = false;
  const [run = ""] = project.runs();
  return { store, project, run, file: join(project.directory, ".dao-opt", "runs", run, "mlflow.json") };
}

test("a resumed run continues its MLflow run, and repeats no metric", async () => {
  const { store, project, run } = await stoppedRun();
  expect(store.runs).toMatchObject([{ status: "KILLED" }]);
  expect(JSON.parse(project.read(".dao-opt", "runs", run, "mlflow.json"))).toEqual({
    format: 1,
    address: store.address,
    process: expect.stringMatching(/^\d+/),
    runs: { x: { run_id: "run-1", status: "KILLED" } },
  });
  const { exitCode, stderr } = await project.run(["--resume"]);
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("MLflow")]);
  expect(store.runs).toMatchObject([{ status: "FINISHED", tags: { "dao_opt.status": "improved" } }]);
  const marks = store.runs[0]?.metrics.map(({ key, step, value }) => `${key} ${step} ${value}`);
  expect(new Set(marks).size).toBe(marks?.length);
  expect(marks).toContain("val_score 1 1");
  expect(JSON.parse(project.read(".dao-opt", "runs", run, "mlflow.json"))).toMatchObject({
    runs: { x: { run_id: "run-1", status: "FINISHED" } },
  });
  // A finished run is neither continued nor made anew.
  const seen = store.seen.length;
  expect((await project.run(["--resume"])).exitCode).toBe(0);
  expect(store.seen).toHaveLength(seen);
});

test("a deleted MLflow run is made anew, with a note", async () => {
  const { store, project } = await stoppedRun();
  if (store.runs[0] !== undefined) store.runs[0].isDeleted = true;
  const { stderr } = await project.run(["--resume"]);
  expect(stderr).toContain(
    "is a new run in MLflow: the earlier one, run-1, is not continued, because it is deleted",
  );
  expect(store.runs).toMatchObject([{ status: "KILLED" }, { status: "FINISHED" }]);
});

test("an MLflow run that belongs to another run is left alone", async () => {
  const { store, project } = await stoppedRun();
  Object.assign(store.runs[0]?.tags ?? {}, { "dao_opt.run": "r_other" });
  const { stderr } = await project.run(["--resume"]);
  expect(stderr).toContain("because it belongs to another run");
  expect(store.runs).toMatchObject([{ status: "KILLED" }, { status: "FINISHED" }]);
});

test("a run folder of an earlier version is resumed with a new MLflow run", async () => {
  const { store, project, file } = await stoppedRun();
  rmSync(file);
  const { exitCode, stderr } = await project.run(["--resume"]);
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("MLflow")]);
  expect(store.runs).toMatchObject([{ status: "KILLED" }, { status: "FINISHED" }]);
});

test("the next run ends an MLflow run whose process is gone, and resuming continues it all the same", async () => {
  const { store, project, run } = await stoppedRun({ isCut: true });
  expect(store.runs).toMatchObject([{ status: "RUNNING" }]);
  expect((await project.run()).exitCode).toBe(0);
  expect(store.runs.map(({ status }) => status)).toEqual(["KILLED", "FINISHED"]);
  expect((await project.run(["--resume", run])).exitCode).toBe(0);
  expect(store.runs.map(({ status }) => status)).toEqual(["FINISHED", "FINISHED"]);
});

test("an MLflow run whose process is alive is left running", async () => {
  const { store, project } = await stoppedRun({ isCut: true });
  await project.run([], { isProcessAlive: () => true, ownProcess: { pid: process.pid } });
  expect(store.runs.map(({ status }) => status)).toEqual(["RUNNING", "FINISHED"]);
});

test("a finished run whose end did not reach MLflow ends there when it is resumed", async () => {
  let isRefusing = true;
  const store = await startMlflowStore((route) =>
    isRefusing && route === "runs/update" ? refused : undefined,
  );
  const project = createWorldProject();
  project.config.tracking = { mlflow: store.address, experiment: "shop" };
  project.save();
  expect((await project.run()).stderr).toContain("MLflow did not get the status");
  isRefusing = false;
  expect((await project.run(["--resume"])).exitCode).toBe(0);
  expect(store.runs).toMatchObject([{ status: "FINISHED" }]);
});
