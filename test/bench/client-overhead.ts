/**
 * What `dao-opt/openai` costs a call, against the SDK itself, in one process and against one loopback server:
 * calls of each in turn, so that the machine's moods meet them alike. `npm run bench:client [calls] [rounds]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAI as Official } from "openai";
import { OpenAI, templateChat } from "../../src/client/openai.ts";
import { createRandom } from "../../src/core/random.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

const [calls = 500, rounds = 9] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "dao-opt-bench-client-"));
const text = "A sentence of an answer that is as long as answers are. ".repeat(20);
const server = await startLoopbackOpenAI({ answer: () => text, isRecording: false });
const options = { apiKey: "sk-bench-0123456789", baseURL: server.baseUrl, maxRetries: 0 };
const recording = (daoOpt: object) =>
  new OpenAI({ ...options, daoOpt: { store: join(folder, "traces"), promptName: "bench", ...daoOpt } });
const clients: Readonly<Record<string, Official>> = {
  official: new Official(options),
  recording: recording({}),
  redacting: recording({ redactPii: true, store: join(folder, "redacted") }),
};
const question = { text: "A tweet that somebody wrote about something. ".repeat(5) };
const body = () => ({
  model: "gpt-4o-mini",
  messages: templateChat([{ role: "user", content: "Classify the sentiment.\nText: {text}" }], question),
});

/** Pause between calls, as an application would wait for its model: recorded calls are written then. */
const pauseMs = 15;

/** Milliseconds of an action with each client in turn, many times over. */
async function timesOf(
  action: (client: Official) => Promise<number>,
  times: number,
): Promise<Record<string, number[]>> {
  const figures: Record<string, number[]> = {};
  for (let call = 0; call < times; call++) {
    for (const [who, client] of inTurn(call)) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      figures[who] = [...(figures[who] ?? []), await action(client)];
      // The SDK's client too: a pause with no turn of the event loop in it would leave its connection unfinished.
      await Promise.all(
        Object.values(clients).map((one) => (one instanceof OpenAI ? one.flush() : undefined)),
      );
    }
  }
  return figures;
}

/** In a different order each time, because order affects the timing. */
function inTurn(round: number): readonly (readonly [string, Official])[] {
  return createRandom(7).fork(String(round)).shuffle(Object.entries(clients));
}

async function oneCall(client: Official): Promise<number> {
  const start = performance.now();
  await client.chat.completions.create(body());
  return performance.now() - start;
}

async function firstChunk(client: Official): Promise<number> {
  const start = performance.now();
  let first = 0;
  for await (const _ of await client.chat.completions.create({ ...body(), stream: true })) {
    if (first === 0) first = performance.now() - start;
  }
  return first;
}

async function wholeStream(client: Official): Promise<number> {
  const start = performance.now();
  for await (const _ of await client.chat.completions.create({ ...body(), stream: true }));
  return performance.now() - start;
}

/** Calls a second, 50 at once, what is recorded included. */
async function manyAtOnce(client: Official): Promise<number> {
  const start = performance.now();
  let left = calls;
  const lane = async () => {
    while (left-- > 0) await client.chat.completions.create(body());
  };
  await Promise.all(Array.from({ length: 50 }, lane));
  if (client instanceof OpenAI) await client.flush();
  return (calls / (performance.now() - start)) * 1000;
}

for (const [name, action] of [
  ["one call", oneCall],
  ["first chunk", firstChunk],
  ["whole stream", wholeStream],
] as const) {
  await timesOf(action, 20);
  print(name, "ms", await timesOf(action, calls));
}
const rates: Record<string, number[]> = {};
for (let round = 0; round < rounds; round++) {
  for (const [who, client] of inTurn(round)) {
    rates[who] = [...(rates[who] ?? []), await manyAtOnce(client)];
  }
}
print("50 at once", "calls/s", rates);

/** Medians, and the median of what each figure is of the SDK's beside it. */
function print(name: string, unit: string, figures: Readonly<Record<string, readonly number[]>>): void {
  for (const [who, all] of Object.entries(figures)) {
    const differences = all.map((figure, at) => figure - (figures["official"]?.[at] ?? Number.NaN));
    const ratios = all.map((figure, at) => figure / (figures["official"]?.[at] ?? Number.NaN));
    console.log(
      [
        name.padEnd(12),
        who.padEnd(10),
        median(all).toFixed(3).padStart(9),
        unit.padEnd(8),
        `${median(differences) < 0 ? "" : "+"}${median(differences).toFixed(3)}`,
        `× ${median(ratios).toFixed(3)}`,
      ].join(" "),
    );
  }
}

await server.close();
rmSync(folder, { recursive: true });

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
