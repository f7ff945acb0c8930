import { describe, expect, it } from "vitest";
import { createTracker } from "../../../src/mlflow/tracking/tracker.ts";
import { type LoopbackAnswer, type SeenRequest, startLoopbackMlflow } from "./loopback-mlflow.ts";

/** A server that makes runs; `fault` may answer first. */
function runServer(
  fault: (route: string, number: number) => LoopbackAnswer | undefined = () => undefined,
  artifactUri = "mlflow-artifacts:/1/run-1/artifacts",
) {
  const made: string[] = [];
  return startLoopbackMlflow(({ path, body }, number) => {
    const [route = ""] = path.replace(/^\/api\/2\.0\/mlflow(-artifacts)?\//, "").split("?");
    const info = { run_id: "run-1", artifact_uri: artifactUri };
    if (route === "runs/create") made.push(body);
    const failed = fault(route, number);
    if (failed !== undefined) return failed;
    if (route === "experiments/get-by-name") return { json: { experiment: { experiment_id: "1" } } };
    if (route === "runs/search") return { json: { runs: made.map(() => ({ info })) } };
    return { json: route === "runs/create" ? { run: { info } } : {} };
  });
}

const routesOf = (seen: readonly SeenRequest[]) =>
  seen.map(({ path }) => path.replace(/^\/api\/2\.0\/mlflow(-artifacts)?\//, "").replace(/\?.*/, ""));
const options = { experiment: "x", retryDelayMs: 1 };
const down: LoopbackAnswer = { status: 503, text: "down" };

describe("a tracker", () => {
  it("sends steps together, the status before artifacts, and every kind once", async () => {
    const server = await runServer();
    const tracker = createTracker(server.client(), options);
    const run = tracker.startRun({ name: "r", params: { a: 1 } });
    run.putArtifact({ path: "report.html", content: "<p>", contentType: "text/html" });
    for (let step = 0; step < 1500; step++) run.logMetrics({ val_score: step }, step);
    run.setTags({ "mlflow.note.content": "x" });
    run.finish("FINISHED");
    run.finish("FAILED");
    expect(await tracker.close()).toEqual({ sent: 1505, losses: [], runIds: ["run-1"], notes: [] });
    expect(routesOf(server.seen)).toEqual([
      ...["experiments/get-by-name", "runs/create", "runs/log-batch", "runs/log-batch", "runs/log-batch"],
      ...["runs/set-tag", "runs/update", "artifacts/1/run-1/artifacts/report.html"],
    ]);
    expect(JSON.parse(server.seen.at(-2)?.body ?? "")).toMatchObject({ status: "FINISHED" });
  });

  it("retries temporary failures, and creates one run if an answer was lost", async () => {
    const server = await runServer((route, number) =>
      route === "runs/create" && number < 3
        ? (response) => response.destroy()
        : number === 5
          ? down
          : undefined,
    );
    const tracker = createTracker(server.client(), options);
    const run = tracker.startRun({ name: "r", params: { a: 1 } });
    run.logMetrics({ x: 1 });
    run.finish("FINISHED");
    expect(await tracker.close()).toEqual({ sent: 4, losses: [], runIds: ["run-1"], notes: [] });
    expect(routesOf(server.seen).filter((route) => route === "runs/create")).toHaveLength(1);
  });

  it("counts records lost to an unreachable server, with the reason", async () => {
    const server = await runServer();
    server.close();
    const tracker = createTracker(server.client(), options);
    const run = tracker.startRun({ name: "r", params: { a: 1, b: 2 } });
    run.logMetrics({ x: 1, y: 2 });
    run.putArtifact({ path: "a", content: "a", contentType: "text/plain" });
    const { sent, losses, runIds } = await tracker.close();
    expect({ sent, runIds }).toEqual({ sent: 0, runIds: [] });
    expect(losses.map(({ what, count }) => [what, count])).toEqual([
      ["run", 1],
      ["param", 2],
      ["metric", 2],
      ["artifact", 1],
      ["status", 1],
    ]);
    for (const { reason } of losses) expect(reason).toContain("ECONNREFUSED");
  });

  it("stops waiting for a silent server after its time limit", async () => {
    const server = await runServer((route) => (route === "runs/log-batch" ? () => {} : undefined));
    const tracker = createTracker(server.client(), { ...options, flushTimeoutMs: 100 });
    const run = tracker.startRun({ name: "r" });
    run.logMetrics({ x: 1 });
    const { losses, runIds } = await tracker.close();
    expect(runIds).toEqual(["run-1"]);
    expect(losses).toEqual([
      { what: "metric", count: 1, reason: "there was no time left to send it" },
      { what: "status", count: 1, reason: "there was no time left to send it" },
    ]);
  });

  it("queues no more than its limits, and continues when there is room", async () => {
    const server = await runServer();
    const tracker = createTracker(server.client(), { ...options, maxOperations: 3, maxBytes: 10 });
    const run = tracker.startRun({ name: "r" });
    run.putArtifact({ path: "a", content: "12345678", contentType: "text/plain" });
    run.putArtifact({ path: "b", content: "12345678", contentType: "text/plain" });
    run.setTags({ a: "1" });
    run.setTags({ b: "1", c: "1" });
    const { losses } = await tracker.close();
    expect(losses).toEqual([
      { what: "artifact", count: 1, reason: "the queue was full" },
      { what: "tag", count: 2, reason: "the queue was full" },
      { what: "status", count: 1, reason: "the queue was full" },
    ]);
    run.logMetrics({ x: 1 });
    expect((await tracker.close()).losses).toContainEqual({
      what: "metric",
      count: 1,
      reason: "tracking was closed",
    });
  });

  it("continues after a rejected record, and names artifacts it cannot upload", async () => {
    const refused: LoopbackAnswer = {
      status: 400,
      json: { error_code: "INVALID_PARAMETER_VALUE", message: "bad tag" },
    };
    const server = await runServer(
      (route) => (route === "runs/set-tag" ? refused : undefined),
      "s3://bucket/1",
    );
    const tracker = createTracker(server.client(), options);
    const run = tracker.startRun({ name: "r" });
    run.setTags({ a: "1" });
    run.putArtifact({ path: "a", content: "a", contentType: "text/plain" });
    run.finish("KILLED");
    const { losses, sent } = await tracker.close();
    expect(sent).toBe(2);
    expect(losses).toEqual([
      { what: "tag", count: 1, reason: expect.stringContaining("bad tag") },
      { what: "artifact", count: 1, reason: "the server keeps artifacts in s3, and takes none itself" },
    ]);
  });
});
