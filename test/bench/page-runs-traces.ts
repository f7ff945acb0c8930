/**
 * The pages of runs and traces over large state folders: the first page, and filters, cold and warm.
 *
 *     node test/bench/run.js page-runs-traces [--traces 1000000] [--days 30] [--runs 1000] [--rounds 20]
 */
import { mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { DatasetStore } from "../../src/contracts/dataset-store.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { createServer } from "../../src/server/create-server.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";

const { values } = parseArgs({
  options: {
    traces: { type: "string", default: "1000000" },
    days: { type: "string", default: "30" },
    runs: { type: "string", default: "1000" },
    rounds: { type: "string", default: "20" },
  },
});
const state = mkdtempSync(join(tmpdir(), "dao-opt-bench-"));
const dayMs = 86_400_000;

/** Traces spread over days, about 600 bytes each, in parts as the store writes them. */
function writeTraces(count: number, days: number): number {
  const folder = join(state, "traces");
  mkdirSync(folder, { recursive: true });
  const perDay = Math.ceil(count / days);
  const filler = "The parcel left the warehouse on Monday and has not arrived. ".repeat(4);
  let bytes = 0;
  for (let day = 0; day < days; day++) {
    const midnight = Date.UTC(2026, 10, 1) + day * dayMs;
    const name = new Date(midnight).toISOString().slice(0, 10);
    let [part, size] = [1, 0];
    let file = openSync(join(folder, `${name}.jsonl`), "w");
    for (let at = 0; at < perDay; at += 1000) {
      let text = "";
      for (let one = at; one < Math.min(at + 1000, perDay); one++) {
        const startedAt = new Date(midnight + Math.floor((one / perDay) * dayMs)).toISOString();
        const isRare = one % 50_000 === 7;
        const record = {
          trace_id: `tr_${day}_${one}`,
          started_at: startedAt,
          name: isRare ? "rare" : "classify",
          prompt: { path: `main/default/prompt_${one % 20}`, version: 1 + (one % 5) },
          inputs: { text: `${filler}${one}` },
          messages: [{ role: "user", content: `Classify: ${filler}${one}` }],
          output: one % 3 === 0 ? "positive" : "negative",
          model: one % 2 === 0 ? "gpt-4o-mini" : "gpt-4o",
          usage: { input_tokens: 120, output_tokens: 3 },
          latency_ms: 200 + (one % 300),
          ...(isRare ? { user: "rare user", error: "timeout" } : {}),
        };
        text += `${JSON.stringify(record)}\n`;
      }
      writeSync(file, text);
      size += text.length;
      bytes += text.length;
      if (size > 64 * 1024 * 1024) {
        part++;
        size = 0;
        file = openSync(join(folder, `${name}.${part}.jsonl`), "w");
      }
    }
  }
  return bytes;
}

/** Runs with a plan, a record of 300 KB and its summary. */
function writeRuns(count: number): void {
  const padding = "x".repeat(300_000);
  mkdirSync(join(state, "run-summaries"), { recursive: true });
  for (let at = 0; at < count; at++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1) + at * 600_000).toISOString();
    const run = `r_${startedAt.replace(/[-:.Z]/g, "").replace("T", "-")}-${String(at).padStart(4, "0")}`;
    const folder = join(state, "runs", run);
    mkdirSync(folder, { recursive: true });
    const plan = {
      run,
      started_at: startedAt,
      config_path: "../config.yaml",
      config: "config.yaml",
      optimizations: [],
    };
    writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
    writeFileSync(join(folder, "record.json"), JSON.stringify({ padding }));
    const status = at % 10 === 0 ? "failed" : "completed";
    const summary = { status, seconds: 60, calls: 1200, usd: 0.2, improved: 1, optimizations: 1 };
    writeFileSync(join(state, "run-summaries", `${run}.json`), JSON.stringify(summary));
  }
}

async function measure(): Promise<void> {
  const traces = openTraceStore({ folder: join(state, "traces"), keepsIndex: true });
  const server = createServer({
    registry: createMemoryRegistry(),
    traces,
    datasets: { list: async () => [] } as unknown as DatasetStore,
    runs: openRunStore(state),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    env: {},
    log: (line) => console.error(line),
    version: "0.0.0",
  });
  const { url } = await server.listen(0, "127.0.0.1");
  const time = async (path: string): Promise<number> => {
    const started = performance.now();
    const answer = await fetch(url + path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
    return performance.now() - started;
  };
  const rounds = Number(values.rounds);
  const paths = [
    "/ui/traces",
    "/ui/traces?page=40",
    "/ui/traces?model=gpt-4o",
    "/ui/traces?prompt=main/default/prompt_3",
    "/ui/traces?user=rare+user",
    "/ui/traces?error=yes",
    "/ui/traces?search=parcel+1234",
    "/ui/traces?search=nothing-like-this",
    "/ui/traces?rating=%3C0.5",
    "/ui/traces/tr_0_1234",
    "/ui/runs",
    "/ui/runs?status=failed",
    "/ui/runs?config=nothing",
  ];
  for (const path of paths) {
    const cold = await time(path);
    const warm: number[] = [];
    for (let round = 0; round < rounds && (round < 5 || cold < 1000); round++) warm.push(await time(path));
    warm.sort((one, other) => one - other);
    const at = (share: number) => (warm[Math.floor(warm.length * share)] ?? Number.NaN).toFixed(0);
    console.log(
      `${path.padEnd(44)} first ${cold.toFixed(0).padStart(6)} ms   median ${at(0.5).padStart(5)} ms   p95 ${at(0.95).padStart(5)} ms`,
    );
  }
  console.log(`memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
  await server.close(0);
  await traces.close();
}

try {
  const bytes = writeTraces(Number(values.traces), Number(values.days));
  writeRuns(Number(values.runs));
  console.log(
    `${values.traces} traces in ${values.days} days, ${(bytes / 2 ** 20).toFixed(0)} MB; ${values.runs} runs; ${statSync(state).isDirectory() ? "ready" : ""}`,
  );
  await measure();
} finally {
  rmSync(state, { recursive: true, force: true });
}
