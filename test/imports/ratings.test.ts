import { expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";

const at = "2026-01-03T00:00:00.000Z";

test("Langfuse: scores from 0 to 1 become ratings of their trace or observation; all scores are kept", async () => {
  const scores = [
    {
      id: "s1",
      name: "correct",
      value: 0.25,
      dataType: "NUMERIC",
      comment: "too long",
      authorUserId: "ann",
      timestamp: at,
    },
    { id: "s2", name: "length", value: 412, dataType: "NUMERIC" },
    { id: "s3", name: "tone", value: 1, stringValue: "rude", dataType: "CATEGORICAL" },
    { id: "s4", name: "helpful", value: 1, dataType: "BOOLEAN", observationId: "obs-1" },
  ];
  const observation = { id: "obs-1", type: "GENERATION", startTime: at, input: "Hi", output: "Hello" };
  const world = createImportWorld();
  const trace = { id: "t-1", timestamp: at, sessionId: null, input: { q: "a" }, output: "b" };
  world.write("trace.json", JSON.stringify({ ...trace, scores, observations: [observation] }));
  await world.imported("trace.json", "--dataset", "rows");
  expect(world.traces()).toMatchObject([
    { feedback: [{ rating: 0.25, comment: "correct: too long", by: "ann", at }], langfuse: { scores } },
    { trace_id: "obs-1", feedback: [{ rating: 1, comment: "helpful", at }] },
  ]);
  expect(world.traces()[0]?.["feedback"]).toHaveLength(1);
  expect(world.rows("rows")).toMatchObject([{ tags: { rating: 0.25 } }]);
});

test("Humanloop: boolean judgments of evaluators become ratings; all judgments are kept", async () => {
  const logs = [
    {
      id: "e1",
      judgment: 0.5,
      evaluator: { path: "checks/exact", version_id: "evv_1" },
      created_at: at,
      user: "bob",
    },
    { id: "e2", judgment: true, evaluator: { name: "ok" }, created_at: at },
    { id: "e3", judgment: "rude", evaluator: { name: "tone" }, created_at: at },
    { id: "e4", judgment: 7, evaluator: { name: "words" }, created_at: at },
  ];
  const prompt = { path: "a/b", version_id: "prv_1" };
  const world = createImportWorld();
  const log = { id: "log_1", prompt, inputs: { q: "a" }, output: "b", start_time: at, evaluator_logs: logs };
  world.write("logs.jsonl", JSON.stringify(log));
  await world.imported("logs.jsonl", "--dataset", "rows");
  const [trace] = world.traces();
  expect(trace?.["feedback"]).toEqual([
    { rating: 0.5, comment: "checks/exact", by: "bob", at, evaluator: "checks/exact" },
    { rating: 1, comment: "ok", at, evaluator: "ok" },
  ]);
  expect(trace?.["humanloop"]).toEqual({ evaluator_logs: logs });
  expect(world.rows("rows")).toMatchObject([{ tags: { rating: 1 } }]);
});
