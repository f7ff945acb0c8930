/**
 * What calling a stored prompt costs beside the provider's own client: time of an answer with 50 calls under way
 * at all times, `callPrompt` (registry in memory and on disk, traces kept on disk) against a bare call of the
 * `openai` package, on one server in a process of its own. They take turns; medians of the rounds are compared.
 * Then pieces a second of one stream after another, against the bare client's, and memory with 500 streams at once,
 * a piece of each in turn.
 *
 *     node test/bench/run.js call
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAI } from "openai";
import { callPrompt } from "../../src/calls/prompt/call-prompt.ts";
import { createCallServices, type PromptCallServices } from "../../src/calls/prompt/call-services.ts";
import { streamPrompt } from "../../src/calls/prompt/sample/stream-prompt.ts";
import type { PromptArchive } from "../../src/contracts/registry.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

const lanes = 50;
const calls = 1000;
const rounds = 5;
/** Spread, because answers that arrive at the same moment would queue the next fifty calls. */
const latency = { medianMs: 500, sigma: 0.3, seed: 1 };
/** Milliseconds that a call may add to the provider's time. */
const wantedMs = 2;
const streams = 500;
const words = 400;
const template = "Classify the sentiment of the text as positive, negative or neutral.\n\nText: {{text}}";

const long = { path: "long", prompt: { model: { model: "gpt-4o-mini" }, template: "long" } };

type Ask = (text: string) => Promise<unknown>;

if (process.argv[2] === "server") await serve();
else await compare();

async function serve(): Promise<void> {
  const server = await startLoopbackOpenAI({
    isRecording: false,
    latency,
    answer: ({ messages }) => (messages?.[0]?.content === "long" ? "word ".repeat(words) : "positive"),
  });
  process.send?.(server.baseUrl);
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-bench-"));
  const traces = openTraceStore({ folder: join(folder, "traces") });
  const open = (registry: PromptArchive, baseUrl: string) =>
    createCallServices({ registry, traces, env: { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: "none" } });
  // A server for each, so that each meets the same latencies.
  const servers = [0, 1, 2].map(() => fork(process.argv[1] as string, ["server"]));
  const [first = "", second = "", third = ""] = await Promise.all(servers.map(firstMessage));
  const memory = open(createMemoryRegistry(), second);
  const contenders: readonly (readonly [string, Ask])[] = [
    ["bare openai package", bare(new OpenAI({ baseURL: first, apiKey: "none" }))],
    ["callPrompt, registry in memory", await calling(memory)],
    ["callPrompt, registry on disk", await calling(open(openRegistry(join(folder, "prompts")), third))],
  ];
  for (const [, ask] of contenders) await costs(ask, calls);
  const rows = contenders.map(([name]) => ({ name, costs: [] as Costs[] }));
  for (let round = 0; round < rounds; round++)
    for (const [at, [, ask]] of contenders.entries()) rows[at]?.costs.push(await costs(ask, calls));
  const bares = rows[0]?.costs ?? [];
  const added = (all: readonly Costs[], key: keyof Costs) =>
    median(all.map((one, round) => one[key] - (bares[round]?.[key] ?? Number.NaN)));
  console.log(`${lanes} at once, provider's answer after ${latency.medianMs} ms, ${rounds} × ${calls} calls`);
  for (const { name, costs: all } of rows) {
    const wallMs = median(all.map((one) => one.wallMs));
    const ratio = wallMs / median(bares.map((one) => one.wallMs));
    const cpuMs = median(all.map((one) => one.cpuMs));
    console.log(
      `${name}: ${wallMs.toFixed(2)} ms a call (${added(all, "wallMs").toFixed(2)} added, ratio ${ratio.toFixed(3)}), ` +
        `${cpuMs.toFixed(2)} ms of the processor (${added(all, "cpuMs").toFixed(2)} added)`,
    );
  }
  await streamEach(memory, first);
  await streamMany(memory);
  const { count } = await traces.close();
  console.log(`traces lost: ${count}`);
  for (const server of servers) server.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(added(rows[1]?.costs ?? [], "wallMs") <= wantedMs && count === 0 ? 0 : 1);
}

interface Costs {
  /** Mean milliseconds of an answer. */
  readonly wallMs: number;
  /** Mean milliseconds of the processor's time for one. */
  readonly cpuMs: number;
}

function bare(client: OpenAI): Ask {
  return (text) =>
    client.chat.completions.create({
      model: "gpt-4o-mini",
      temperature: 0.1,
      messages: [{ role: "user", content: template.replace("{{text}}", text) }],
    });
}

async function calling(services: PromptCallServices): Promise<Ask> {
  const model = { model: "gpt-4o-mini", temperature: 0.1 };
  await services.registry.upsert({ path: "main/x", template, templateLanguage: "default", model });
  return (text) => callPrompt(services, { path: "main/x", inputs: { text } });
}

async function costs(ask: Ask, count: number): Promise<Costs> {
  let next = 0;
  let total = 0;
  const before = process.cpuUsage();
  const lane = async (): Promise<void> => {
    while (next < count) {
      const text = `review ${next++}: the room was clean and quiet`;
      const startedAt = performance.now();
      await ask(text);
      total += performance.now() - startedAt;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { user, system } = process.cpuUsage(before);
  return { wallMs: total / count, cpuMs: (user + system) / 1000 / count };
}

async function streamEach(services: PromptCallServices, baseUrl: string): Promise<void> {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "none" });
  const messages = [{ role: "user" as const, content: "long" }];
  const bareCpuMs = await perPiece(() =>
    client.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true }),
  );
  const ownCpuMs = await perPiece(() => streamPrompt(services, long));
  const shown = (ms: number) => `${(ms * 1000).toFixed(0)} µs`;
  console.log(
    `a piece of a stream: ${shown(bareCpuMs)} of the processor bare, ${shown(ownCpuMs)} by streamPrompt`,
  );
}

/** Milliseconds of the processor's time for a piece. */
async function perPiece(open: () => Promise<AsyncIterable<unknown>>): Promise<number> {
  let pieces = 0;
  let before = process.cpuUsage();
  for (let at = 0; at < 60; at++) {
    if (at === 20) {
      before = process.cpuUsage();
      pieces = 0;
    }
    for await (const _ of await open()) pieces += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / pieces;
}

/** All streams open at once, a piece of each in turn: what is not read yet must wait at the provider's. */
async function streamMany(services: PromptCallServices): Promise<void> {
  const open = await Promise.all(Array.from({ length: streams }, () => streamPrompt(services, long)));
  const samples: number[] = [];
  const iterators = open.map((stream) => stream[Symbol.asyncIterator]());
  let pieces = 0;
  const startedAt = performance.now();
  for (let turn = 0, isOpen = true; isOpen; turn++) {
    const got = await Promise.all(iterators.map((iterator) => iterator.next()));
    isOpen = got.some(({ done }) => done !== true);
    pieces += got.filter(({ done }) => done !== true).length;
    if (turn % 50 === 0) samples.push(process.memoryUsage().rss / 1e6);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const shown = samples.map((megabytes) => megabytes.toFixed(0)).join(" ");
  console.log(`${streams} streams at once: ${(pieces / seconds).toFixed(0)} pieces/s; MB resident: ${shown}`);
}

function firstMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once("message", (message) => resolve(String(message))));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
