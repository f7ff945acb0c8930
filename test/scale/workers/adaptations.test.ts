import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spawnCli } from "../../support/spawn-cli.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { createScaleProject, type PaidServer, startPaidServer } from "../support/scale-project.ts";
import { startWorker } from "../support/worker-process.ts";

let redis: RedisServer;
let paidAt: PaidServer;
let refused = 0;
beforeAll(async () => {
  redis = await startRedis();
  paidAt = await startPaidServer(0, {
    respond({ temperature }) {
      if (temperature === undefined) return undefined;
      refused++;
      const message = "Unsupported parameter: 'temperature' is not supported with this model.";
      const error = {
        message,
        type: "invalid_request_error",
        param: "temperature",
        code: "unsupported_parameter",
      };
      return { status: 400, body: JSON.stringify({ error }) };
    },
  });
});
afterAll(async () => {
  await redis?.close();
  await paidAt?.close();
});

it("carries what a model refuses to every worker, to the journal and to the user", async () => {
  const { directory } = await createScaleProject({ paidAt, model: { temperature: 0.5 } });
  const queue = redis.url;
  const first = await startWorker({ cwd: directory, queue, concurrency: 1 });
  const ended = await spawnCli(["run", "config.yaml", "--no-cache", "-j", "1", "--workers", queue], {
    cwd: directory,
  });
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(/offline\/small does not accept temperature/);
  // One refused request for each model, which taught everyone.
  expect(refused).toBe(2);
  const [run = ""] = readdirSync(join(directory, ".dao-opt", "runs"));
  expect(readFileSync(join(directory, ".dao-opt", "runs", run, "journal.jsonl"), "utf8")).toMatch(
    /"adaptation".*temperature/,
  );
  await first.stop();
});
