// What the recording proxy costs: calls a second and time to the first chunk, direct and through it, in one run.
//   npm run bench:proxy            upstream, proxy and caller are processes of their own
//   npm run bench:proxy -- --latency 20 --calls 3000 --at-once 50
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import OpenAI from "openai";
import { Agent, request } from "undici";
import type { DatasetStore } from "../../src/contracts/dataset-store.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { createServer } from "../../src/server/create-server.ts";
import { createProxyGroup } from "../../src/server/proxy-group.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: "string", default: "4000" },
    "at-once": { type: "string", default: "50" },
    latency: { type: "string", default: "0" },
    rounds: { type: "string", default: "3" },
  },
});
const [role = "caller", ...rest] = positionals;

const event = (content: string) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const answer = JSON.stringify({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{ index: 0, message: { role: "assistant", content: "positive" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 },
});
const body = JSON.stringify({
  model: "gpt-4o-mini",
  messages: [
    { role: "system", content: "Classify the sentiment of the text. ".repeat(10) },
    { role: "user", content: "The battery died after a week, and nobody answers. ".repeat(4) },
  ],
  temperature: 0,
});

async function upstream(): Promise<void> {
  const latencyMs = Number(rest[0] ?? 0);
  const server = createHttpServer((incoming, response) => {
    let text = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      text += chunk;
    });
    incoming.on("end", () => {
      const reply = () => {
        if (!text.includes('"stream":true')) {
          response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
          response.end(answer);
          return;
        }
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(event("first"));
        setTimeout(() => response.end(`${event("last")}data: [DONE]\n\n`), 20);
      };
      if (latencyMs > 0) setTimeout(reply, latencyMs);
      else reply();
    });
  });
  server.listen(0, "127.0.0.1", 1024, () => process.send?.((server.address() as AddressInfo).port));
}

async function proxy(): Promise<void> {
  const [target = "", folder = ""] = rest;
  const traces = openTraceStore({ folder });
  const server = createServer(
    {
      registry: createMemoryRegistry(),
      traces,
      datasets: {} as DatasetStore,
      runs: openRunStore(folder),
      clock: { now: () => new Date(), monotonicMs: () => performance.now() },
      env: {},
      log: (line) => console.error(line),
      version: "bench",
    },
    {},
    [createProxyGroup({ prefix: "/v1", upstream: target })],
  );
  const { port } = await server.listen(0, "127.0.0.1");
  process.on("message", async () => {
    await server.close(1000);
    const losses = await traces.close();
    const { user, system } = process.cpuUsage();
    process.send?.({ lost: losses.count, cpuSeconds: (user + system) / 1e6 }, () => process.exit(0));
  });
  process.send?.(port);
}

const children: ChildProcess[] = [];
function start(...args: string[]): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(process.argv[1] ?? "", args);
  children.push(child);
  return new Promise((resolve) => child.once("message", (port) => resolve({ child, port: Number(port) })));
}

/** Calls a second over a pool of sockets, by a minimal caller. */
async function callRate(origin: string, calls: number, atOnce: number): Promise<number> {
  const dispatcher = new Agent({ connections: atOnce });
  let left = calls;
  const startedMs = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const { body: got } = await request(`${origin}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer sk-bench-0123456789" },
        body,
        dispatcher,
      });
      await got.dump();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const rate = calls / ((performance.now() - startedMs) / 1000);
  await dispatcher.close();
  return rate;
}

async function sdkRate(origin: string, calls: number, atOnce: number): Promise<number> {
  const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: "sk-bench-0123456789" });
  const asked = JSON.parse(body) as OpenAI.ChatCompletionCreateParamsNonStreaming;
  let left = calls;
  const startedMs = performance.now();
  const lane = async () => {
    while (left-- > 0) await client.chat.completions.create(asked);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return calls / ((performance.now() - startedMs) / 1000);
}

/** Milliseconds to the first chunk of a stream, one call after the other. */
async function firstChunks(origin: string, calls: number): Promise<readonly number[]> {
  const dispatcher = new Agent({ connections: 1 });
  const times: number[] = [];
  for (let at = 0; at < calls; at++) {
    const startedMs = performance.now();
    const { body: got } = await request(`${origin}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: body.replace('"temperature":0', '"stream":true'),
      dispatcher,
    });
    let isFirst = true;
    for await (const _ of got) {
      if (isFirst) times.push(performance.now() - startedMs);
      isFirst = false;
    }
  }
  await dispatcher.close();
  return times.sort((one, other) => one - other);
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
const median = (list: readonly number[]) =>
  at(
    [...list].sort((one, other) => one - other),
    0.5,
  );

async function caller(): Promise<void> {
  const [calls, atOnce, rounds] = [Number(values.calls), Number(values["at-once"]), Number(values.rounds)];
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-bench-"));
  try {
    const up = await start("upstream", values.latency);
    const direct = `http://127.0.0.1:${up.port}`;
    const through = await start("proxy", `${direct}/v1`, folder);
    const proxied = `http://127.0.0.1:${through.port}`;
    await callRate(direct, 1000, atOnce);
    await callRate(proxied, 2000, atOnce);
    for (const [name, measure] of [
      ["plain caller", callRate],
      ["OpenAI SDK", sdkRate],
    ] as const) {
      const ratios: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const one = await measure(direct, calls, atOnce);
        const other = await measure(proxied, calls, atOnce);
        ratios.push(other / one);
        console.log(
          `${name}, ${atOnce} at once: direct ${one.toFixed(0)} calls/s, proxied ${other.toFixed(0)} calls/s, ratio ${(other / one).toFixed(2)}`,
        );
      }
      console.log(`${name}: median ratio ${median(ratios).toFixed(2)}`);
    }
    const [one, other] = [await firstChunks(direct, 200), await firstChunks(proxied, 200)];
    for (const share of [0.5, 0.95]) {
      const [first, second] = [at(one, share), at(other, share)];
      console.log(
        `first chunk, p${share * 100}: direct ${first.toFixed(2)} ms, proxied ${second.toFixed(2)} ms, added ${(second - first).toFixed(2)} ms`,
      );
    }
    through.child.send("stop");
    const end = await new Promise((resolve) => through.child.once("message", resolve));
    const { lost, cpuSeconds } = end as { readonly lost: number; readonly cpuSeconds: number };
    const proxiedCalls = 2000 + 2 * rounds * calls + 200;
    console.log(
      `the proxy's own time: ${((cpuSeconds / proxiedCalls) * 1e6).toFixed(0)} µs a call; traces lost: ${lost}`,
    );
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const roles: Readonly<Record<string, () => Promise<void>>> = { upstream, proxy, caller };
await roles[role]?.();
