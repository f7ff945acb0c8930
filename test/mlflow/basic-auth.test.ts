import { afterAll, beforeAll, expect, it } from "vitest";
import { Secret } from "../../src/core/text/secret.ts";
import { readMlflowRows } from "../../src/mlflow/datasets/read-dataset.ts";
import { writeMlflowRows } from "../../src/mlflow/datasets/write-dataset.ts";
import { pushPrompt } from "../../src/mlflow/prompts/push-prompt.ts";
import { createTracker } from "../../src/mlflow/tracking/tracker.ts";
import { adminPassword, type MlflowServer, startMlflowServer } from "./mlflow-server.ts";

/** A busy machine may take longer than a command would wait. */
const flushTimeoutMs = 120_000;
let server: MlflowServer;
beforeAll(async () => {
  server = await startMlflowServer({ auth: true });
});
afterAll(() => server?.stop());

const search = {
  method: "POST",
  path: "/api/2.0/mlflow/experiments/search",
  body: { max_results: 1 },
} as const;

it("signs in with user and password", async () => {
  const { client, python, env } = server;
  const written = await writeMlflowRows(client, { name: "d" }, [{ inputs: { a: 1 } }]);
  expect((await readMlflowRows(client, written.datasetId)).rows).toMatchObject([{ inputs: { a: 1 } }]);
  const push = { path: "p", versionId: "prv_1", template: "Hello {{name}}", alias: "live" };
  const { uri } = await pushPrompt(client, push);
  const values = JSON.stringify({ name: "Ann" });
  expect(
    await python.run("mlflow_load_prompts.py", { ...env, URIS: JSON.stringify([uri]), VALUES: values }),
  ).toMatchObject([{ formatted: "Hello Ann" }]);
  const tracker = createTracker(client, { experiment: "tracked", flushTimeoutMs });
  const run = tracker.startRun({ name: "r" });
  run.putArtifact({ path: "record.json", content: "{}", contentType: "application/json" });
  run.finish("FAILED");
  expect(await tracker.close()).toMatchObject({ losses: [], runIds: [run.runId] });
});

it.each([
  ["nothing", { kind: "none" }, "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"],
  [
    "a wrong password",
    { kind: "basic", username: "admin", password: new Secret("a-wrong-password") },
    "check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
  ],
  [
    "a token",
    { kind: "bearer", token: new Secret("a-token-of-no-use") },
    "the server wants a user name and a password: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
  ],
] as const)("refuses %s, and the error names the variables", async (_, credentials, hint) => {
  const error: unknown = await server
    .clientWith(credentials)
    .call(search)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "mlflow_auth", kind: "unauthorized", status: 401, hint });
  expect(String(error)).not.toMatch(/a-wrong-password|a-token-of-no-use/);
});

it("loses tracking to a wrong password, with a count and the reason", async () => {
  const password = new Secret(`${adminPassword}5`);
  const client = server.clientWith({ kind: "basic", username: "admin", password });
  const tracker = createTracker(client, { experiment: "tracked", flushTimeoutMs });
  const run = tracker.startRun({ name: "r", params: { a: 1, b: 2 } });
  run.logMetrics({ x: 1, y: 2 });
  run.finish("FINISHED");
  const { sent, losses, runIds } = await tracker.close();
  expect({ sent, runIds }).toEqual({ sent: 0, runIds: [] });
  expect(losses.map(({ what, count }) => [what, count])).toEqual([
    ["run", 1],
    ["param", 2],
    ["metric", 2],
    ["status", 1],
  ]);
  for (const { reason } of losses) expect(reason).toContain("answered 401");
});
