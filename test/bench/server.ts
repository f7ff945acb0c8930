/**
 * What `dao-opt serve` costs. In one run, taking turns: reads of a prompt a second beside the framework's own
 * hello-world; the time that POST /v5/prompts/call adds to the provider's, 50 at once, beside the least that a
 * server of this framework with the provider's SDK adds; the server's memory with
 * 500 streams at once; the start of `serve` over a large registry, when one is named.
 *
 *     node test/bench/run.js server [--requests 6000] [--calls 500] [--registry DIR]
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { serve as serveHono } from "@hono/node-server";
import { Hono } from "hono";
import OpenAI from "openai";
import { Agent, request } from "undici";
import type { DatasetStore } from "../../src/contracts/dataset-store.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { createServer } from "../../src/server/create-server.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    requests: { type: "string", default: "6000" },
    calls: { type: "string", default: "500" },
    rounds: { type: "string", default: "5" },
    streams: { type: "string", default: "500" },
    registry: { type: "string" },
    cli: { type: "string", default: "bin/dao-opt.js" },
  },
});
const [role = "caller", given = "", folderGiven = ""] = positionals;
const lanes = 50;
const latency = { medianMs: 500, sigma: 0.3, seed: 1 };
const words = 400;
const path = "bench/classify";
const template = "Classify the sentiment of the text as positive, negative or neutral.\n\nText: {{text}}";
const text = "The battery died after a week, and nobody answers.";

const send = (value: unknown) => process.send?.(value);

async function hello(): Promise<void> {
  const app = new Hono().get("/v5/prompts/:id", (context) => context.json({ message: "hello world" }));
  serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => send(port));
}

/** The minimum between an application and its provider: the framework and the provider's SDK. */
async function relay(): Promise<void> {
  const openai = new OpenAI({ baseURL: given, apiKey: "none" });
  const app = new Hono().post("/v5/prompts/call", async (context) => {
    const { inputs } = await context.req.json<{ inputs: { text: string } }>();
    const messages = [{ role: "user" as const, content: template.replace("{{text}}", inputs.text) }];
    return context.json(await openai.chat.completions.create({ model: "gpt-4o-mini", messages }));
  });
  serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => send(port));
}

async function provider(): Promise<void> {
  const { baseUrl } = await startLoopbackOpenAI({
    isRecording: false,
    latency,
    answer: ({ messages }) =>
      String(messages?.[0]?.content).startsWith("Tell") ? "word ".repeat(words) : "positive",
  });
  send(baseUrl);
}

async function ours(): Promise<void> {
  const traces = openTraceStore({ folder: join(folderGiven, "traces") });
  const server = createServer({
    registry: openRegistry(join(folderGiven, "prompts")),
    traces,
    datasets: {} as DatasetStore,
    runs: openRunStore(folderGiven),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    env: { OPENAI_BASE_URL: given, OPENAI_API_KEY: "none" },
    log: (line) => console.error(line),
    version: "bench",
  });
  const { port } = await server.listen(0, "127.0.0.1");
  process.on("message", async (wanted) => {
    if (wanted === "memory") return send(process.memoryUsage().rss / 1e6);
    if (wanted === "processor") {
      const { user, system } = process.cpuUsage();
      return send((user + system) / 1000);
    }
    await server.close(1000);
    process.send?.(await traces.close(), () => process.exit(0));
  });
  send(port);
}

const children: ChildProcess[] = [];
async function start<Ready>(...args: string[]): Promise<readonly [ChildProcess, Ready]> {
  const child = fork(process.argv[1] ?? "", args);
  children.push(child);
  return [child, await answerOf<Ready>(child)];
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((done) => child.once("message", (message) => done(message as Answer)));
}

interface Sent {
  readonly url: string;
  readonly body?: string;
}

/** Sends so many over a pool of sockets; resolves to requests a second and milliseconds of one. */
async function load({ url, body }: Sent, count: number, atOnce: number) {
  const dispatcher = new Agent({ connections: atOnce });
  let left = count;
  let busyMs = 0;
  const startedMs = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const sentMs = performance.now();
      const answer = await request(url, {
        dispatcher,
        ...(body === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" }, body }),
      });
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`);
      await answer.body.dump();
      busyMs += performance.now() - sentMs;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - startedMs) / 1000;
  await dispatcher.close();
  return { rate: count / seconds, oneMs: busyMs / count };
}

const median = (list: readonly number[]) =>
  [...list].sort((one, other) => one - other)[list.length >> 1] ?? 0;

async function caller(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-server-"));
  const [rounds, requests, calls] = [Number(values.rounds), Number(values.requests), Number(values.calls)];
  try {
    const [, baseUrl] = await start<string>("provider");
    // One for each, so that each meets the same latencies.
    const [, bareUrl] = await start<string>("provider");
    const [, relayUrl] = await start<string>("provider");
    const [, relayPort] = await start<number>("relay", relayUrl);
    const [, helloPort] = await start<number>("hello");
    const [server, port] = await start<number>("ours", baseUrl, folder);
    const origin = `http://127.0.0.1:${port}`;
    const post = async (at: string, body: object) =>
      (await fetch(`${origin}${at}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }).then((answer) => answer.json())) as { id: string };
    const { id } = await post("/v5/prompts", { path, model: "gpt-4o-mini", template });
    await post("/v5/prompts", { path: "bench/long", model: "gpt-4o-mini", template: "Tell a story" });

    const measure = (what: "memory" | "processor") => {
      const answer = answerOf<number>(server);
      server.send(what);
      return answer;
    };

    const get = { url: `${origin}/v5/prompts/${id}` };
    const plain = { url: `http://127.0.0.1:${helloPort}/v5/prompts/${id}` };
    for (const one of [get, plain]) await load(one, requests / 2, lanes);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [peer, own] = [await load(plain, requests, lanes), await load(get, requests, lanes)];
      ratios.push(own.rate / peer.rate);
      console.log(
        `GET /v5/prompts/{id}: ${own.rate.toFixed(0)}/s, hello-world ${peer.rate.toFixed(0)}/s, ratio ${(own.rate / peer.rate).toFixed(2)}`,
      );
    }
    console.log(`GET /v5/prompts/{id}: median ratio ${median(ratios).toFixed(2)} (wanted: 0.60)\n`);

    const messages = [{ role: "user", content: template.replace("{{text}}", text) }];
    const bare = {
      url: `${bareUrl}/chat/completions`,
      body: JSON.stringify({ model: "gpt-4o-mini", messages }),
    };
    const call = { url: `${origin}/v5/prompts/call`, body: JSON.stringify({ path, inputs: { text } }) };
    const least = { url: `http://127.0.0.1:${relayPort}/v5/prompts/call`, body: call.body };
    for (const one of [bare, least, call]) await load(one, calls, lanes);
    const added: number[] = [];
    const leastAdded: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const peer = await load(bare, calls, lanes);
      leastAdded.push((await load(least, calls, lanes)).oneMs - peer.oneMs);
      const beforeMs = await measure("processor");
      const own = await load(call, calls, lanes);
      const processorMs = ((await measure("processor")) - beforeMs) / calls;
      added.push(own.oneMs - peer.oneMs);
      console.log(
        `POST /v5/prompts/call, ${lanes} at once: ${own.oneMs.toFixed(1)} ms, provider alone ${peer.oneMs.toFixed(1)} ms, added ${(own.oneMs - peer.oneMs).toFixed(2)} ms, a bare relay ${leastAdded.at(-1)?.toFixed(2)} ms; ${processorMs.toFixed(2)} ms of the server's processor`,
      );
    }
    console.log(
      `POST /v5/prompts/call: median ${median(added).toFixed(2)} ms added (wanted: 2), by a bare relay ${median(leastAdded).toFixed(2)} ms\n`,
    );

    const stream = {
      url: `${origin}/v5/prompts/call`,
      body: JSON.stringify({ path: "bench/long", stream: true }),
    };
    const atOnce = Number(values.streams);
    const before = await measure("memory");
    for (let round = 0; round < rounds; round++) {
      const { oneMs } = await load(stream, atOnce, atOnce);
      console.log(
        `${atOnce} streams of ${words} words at once: ${(oneMs / 1000).toFixed(2)} s each, server ${(await measure("memory")).toFixed(0)} MB (before: ${before.toFixed(0)} MB)`,
      );
    }
    const losses = answerOf<{ readonly count: number }>(server);
    server.send("stop");
    console.log(`traces lost: ${(await losses).count}`);
    if (values.registry !== undefined) await starts(resolve(values.registry), rounds);
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the start of the process to the answer to a first request, and the memory then. */
async function starts(registry: string, rounds: number): Promise<void> {
  const [first] = await openRegistry(registry).list({ limit: 1 });
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cwd = mkdtempSync(join(tmpdir(), "bench-start-"));
    const startedMs = performance.now();
    const args = [resolve(values.cli), "serve", "--json", "--port", "0", "--registry", registry];
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((done) => child.stdout.once("data", (data) => done(String(data))));
    const { url } = JSON.parse(line) as { url: string };
    const readyMs = performance.now() - startedMs;
    const get = async (at: string) => {
      const askedMs = performance.now();
      const answer = await fetch(`${url}/v5${at}`);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.text();
      return performance.now() - askedMs;
    };
    const [byId, page, again] = [
      await get(`/prompts/${first?.promptId}`),
      await get("/prompts?size=10"),
      await get("/prompts?size=10&page=2"),
    ];
    times.push(readyMs);
    console.log(
      `serve over ${registry}: ready after ${readyMs.toFixed(0)} ms; first prompt ${byId.toFixed(0)} ms, first page ${page.toFixed(0)} ms, second ${again.toFixed(0)} ms`,
    );
    child.kill("SIGINT");
    await new Promise((done) => child.once("close", done));
    rmSync(cwd, { recursive: true, force: true });
  }
  console.log(`serve: median start ${median(times).toFixed(0)} ms (wanted: 2000)`);
}

const roles: Readonly<Record<string, () => Promise<void>>> = { caller, hello, relay, provider, ours };
await roles[role]?.();
