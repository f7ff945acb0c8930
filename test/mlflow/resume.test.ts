import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/core/data/json.ts";
import { experimentIdOf } from "../../src/mlflow/experiments.ts";
import { objectsOf } from "../../src/mlflow/read-pages.ts";
import { createTracker } from "../../src/mlflow/tracking/tracker.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";
import { type MlflowServer, startMlflowServer } from "./mlflow-server.ts";

let server: MlflowServer;
let workspace: Workspace;
let cwd: string;

beforeAll(async () => {
  server = await startMlflowServer();
  workspace = await createWorkspace();
  cwd = workspace.in("project");
  expect((await spawnCli(["init", cwd], { cwd: workspace.folder })).exitCode).toBe(0);
  const file = join(cwd, "config.yaml");
  const config = await readFile(file, "utf8");
  const slow = config.replace(
    /(name: offline\/small.*\n\s+)(provider: offline)/,
    "$1$2\n      simulate: { latency_ms: 400 }",
  );
  expect(slow).not.toBe(config);
  await writeFile(file, slow);
  // The first requests of a server take seconds, in which the run would end.
  const warm = createTracker(server.client, { experiment: "resumed", flushTimeoutMs: 120_000 });
  warm.startRun({ name: "first request" }).logMetrics({ x: 1 });
  const { runIds } = await warm.close();
  await deleteRun(runIds[0]);
  await appendFile(file, `\ntracking: { mlflow: "${server.address}", experiment: resumed }\n`);
});
afterAll(async () => {
  await server?.stop();
  await workspace?.close();
});

async function deleteRun(runId = ""): Promise<void> {
  await server.client.call({
    method: "POST",
    path: "/api/2.0/mlflow/runs/delete",
    body: { run_id: runId },
  });
}

/** `run_id`, `status` and `run` of all runs in MLflow, oldest first. */
async function runsThere() {
  const body = {
    experiment_ids: [await experimentIdOf(server.client, "resumed")],
    order_by: ["attributes.start_time ASC"],
  };
  const { runs } = await server.client.call({ method: "POST", path: "/api/2.0/mlflow/runs/search", body });
  return objectsOf(runs).map(({ info, data }) => {
    const { run_id, status } = info as JsonObject;
    const tags = isJsonObject(data) ? objectsOf(data["tags"]) : [];
    const run = String(tags.find(({ key }) => key === "dao_opt.run")?.["value"]);
    return { run_id: String(run_id), status, run };
  });
}

async function historyOf(runId: string, key: string): Promise<readonly JsonObject[]> {
  const query = { run_id: runId, metric_key: key };
  const path = "/api/2.0/mlflow/metrics/get-history";
  return objectsOf((await server.client.call({ method: "GET", path, query }))["metrics"]);
}

const run = (...args: readonly string[]) => spawnCli(["run", "config.yaml", ...args], { cwd });

it("a killed run is ended in MLflow by the next one, and continued there when it is resumed", async () => {
  const killed = startCli(["run", "config.yaml"], { cwd });
  await killed.shows(/step 1 of \d+; best/);
  await expect
    .poll(async () => (await runsThere().catch(() => [])).length, { timeout: 60_000, interval: 200 })
    .toBe(1);
  const [first] = await runsThere();
  const remembered = join(cwd, ".dao-opt", "runs", first?.run ?? "", "mlflow.json");
  await expect
    .poll(() => readFile(remembered, "utf8").catch(() => ""), { timeout: 60_000 })
    .toContain(first?.run_id);
  killed.child.kill("SIGKILL");
  expect((await killed.result).signal).toBe("SIGKILL");
  expect(await runsThere()).toMatchObject([{ status: "RUNNING" }]);

  const other = await run();
  expect([other.exitCode, other.stderr]).toEqual([0, expect.not.stringContaining("MLflow did not get")]);
  expect((await runsThere()).map(({ status }) => status)).toEqual(["KILLED", "FINISHED"]);

  const resumed = await run("--resume", first?.run ?? "");
  expect([resumed.exitCode, resumed.stderr]).toEqual([0, expect.not.stringContaining("MLflow did not get")]);
  const all = await runsThere();
  expect(all.map(({ status }) => status)).toEqual(["FINISHED", "FINISHED"]);
  expect(all[0]?.run_id).toBe(first?.run_id);
  const histories = all.map(async ({ run_id }) =>
    (await historyOf(run_id, "val_score")).map(({ step, value }) => [step, value]),
  );
  const [continued = [], uninterrupted] = await Promise.all(histories);
  expect(continued.length).toBeGreaterThan(0);
  expect(continued).toEqual(uninterrupted);
  const files = await server.client.call({
    method: "GET",
    path: "/api/2.0/mlflow/artifacts/list",
    query: { run_id: first?.run_id ?? "" },
  });
  expect(objectsOf(files["files"]).map(({ path }) => path)).toEqual(["record.json", "report.html"]);
});

it("a run that was deleted in MLflow is made anew", async () => {
  const [first] = await runsThere();
  await deleteRun(first?.run_id);
  const remembered = join(cwd, ".dao-opt", "runs", first?.run ?? "", "mlflow.json");
  const text = await readFile(remembered, "utf8");
  await writeFile(remembered, text.replace("FINISHED", "KILLED"));
  const { stderr, exitCode } = await run("--resume", first?.run ?? "");
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("because it is deleted")]);
  const again = (await runsThere()).filter((one) => one.run === first?.run);
  expect(again).toMatchObject([{ status: "FINISHED" }]);
  expect(again[0]?.run_id).not.toBe(first?.run_id);
});
