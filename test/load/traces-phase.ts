import { join } from "node:path";
import type { Trace } from "../../src/core/trace.ts";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { datasetRecordOf } from "../../src/traces/dataset-record.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";

// One phase of the load on the trace store, in a process of its own so that its memory can be measured:
// traces-phase PHASE STATE COUNT prints {seconds, cpu_seconds, peak_mb, result}.
const [phase = "", state = "", countText = ""] = process.argv.slice(2);
const count = Number(countText);
const folder = join(state, "traces");
const store = openTraceStore({ folder });
const startMs = Date.parse("2026-11-01T00:00:00Z");
/** A million traces in about three and a half days. */
const stepMs = 300;

function traceOf(at: number): Trace {
  const text = `Order ${at}: the parcel came ${at % 9} days late, and the box was ${["torn", "wet", "fine"][at % 3]}.`;
  const startedAt = new Date(startMs + at * stepMs).toISOString();
  return {
    traceId: `tr_${at.toString(16).padStart(32, "0")}`,
    startedAt,
    endedAt: new Date(startMs + at * stepMs + 800).toISOString(),
    chatId: `chat-${at >> 3}`,
    prompt: { path: `main/default/prompt_${at % 5}`, version: 1 + (at % 3) },
    inputs: { text, language: at % 2 === 0 ? "en" : "de" },
    messages: [
      {
        role: "system",
        content: "You classify reviews of parcels. Answer with one word: positive, negative or neutral.",
      },
      { role: "user", content: text },
    ],
    output: ["negative", "neutral", "positive"][at % 3] as string,
    model: at % 4 === 0 ? "gpt-4o" : "gpt-4o-mini",
    provider: "openai",
    parameters: { temperature: 0, max_tokens: 16 },
    usage: { inputTokens: 48, outputTokens: 1 },
    latencyMs: 800,
    environment: "prod",
    metadata: { tenant: `tenant-${at % 100}`, request: at },
    ...(at % 1000 === 7 ? { error: "429: slow down" } : {}),
  };
}

async function counted(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _item of items) found++;
  return found;
}

const phases: Readonly<Record<string, () => Promise<unknown>>> = {
  async append() {
    let slowestMs = 0;
    let totalMs = 0;
    for (let at = 0; at < count; at++) {
      const trace = traceOf(at);
      const before = performance.now();
      store.append(trace);
      const tookMs = performance.now() - before;
      totalMs += tookMs;
      slowestMs = Math.max(slowestMs, tookMs);
      if (at % 10 === 0) store.addFeedback(trace.traceId, { rating: (at % 11) / 10, at: trace.startedAt });
      if (at % 5000 === 4999) await store.flush();
    }
    const losses = await store.close();
    return {
      lost: losses.count,
      mean_append_us: Math.round((totalMs / count) * 1000),
      slowest_append_ms: slowestMs,
    };
  },
  list: () => counted(store.list()),
  newest: async () => {
    let seen = 0;
    for await (const _trace of store.list({}, { newestFirst: true })) if (++seen === 50) break;
    return seen;
  },
  chat: () => counted(store.list({ chatId: `chat-${count >> 4}` })),
  error: () => counted(store.list({ hasError: true })),
  rating: () => counted(store.list({ rating: { operator: "<", value: 0.5 } })),
  where: () => counted(store.list({ where: { tenant: "tenant-7" } })),
  since: () => counted(store.list({ since: new Date(startMs + (count - 1000) * stepMs).toISOString() })),
  search: () => counted(store.list({ search: "parcel torn" })),
  find: async () => (await store.find(traceOf(count >> 1).traceId))?.traceId,
  dataset: async () => {
    async function* rows() {
      for await (const trace of store.list()) {
        const record = datasetRecordOf(trace);
        if (record !== undefined) yield record;
      }
    }
    return openDatasetStore({ folder: join(state, "datasets") }).merge("rows", rows());
  },
  records: async () => {
    let rows = 0;
    for await (const trace of store.list()) if (datasetRecordOf(trace) !== undefined) rows++;
    return rows;
  },
  remove: () => store.remove({ prompt: "main/default/prompt_0" }),
};

const begun = performance.now();
const result = await phases[phase]?.();
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage();
const figures = {
  seconds,
  cpu_seconds: (user + system) / 1e6,
  peak_mb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify({ ...figures, result })}\n`);
