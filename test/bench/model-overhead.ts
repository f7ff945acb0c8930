/**
 * What the model stack costs: calls a second of the full stack (journal, retries, limits, deadline)
 * against a bare loop over the `openai` package, on one server that answers at once and runs in a
 * process of its own. The two take turns; medians are compared.
 *
 *     node test/bench/run.js model-overhead
 */
import { type ChildProcess, fork } from "node:child_process";
import { OpenAI } from "openai";
import type { LanguageModel } from "../../src/contracts/language-model.ts";
import { buildModel } from "../../src/models/stack.ts";
import { createStackServices } from "../../src/models/stack-services.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { createMemoryAnswers } from "../support/memory-answers.ts";
import { modelCatalog, modelSpec, noSecrets } from "../support/model-specs.ts";

const calls = 4_000;
const concurrency = 32;
const rounds = 3;
/** Sooner than this share of the bare rate, and the stack is in the way. */
const wantedRatio = 0.8;

if (process.argv[2] === "server") await serve();
else await compare();

async function serve(): Promise<void> {
  const server = await startLoopbackOpenAI({ isRecording: false, answer: () => "positive" });
  process.send?.(server.baseUrl);
}

async function compare(): Promise<void> {
  const child = fork(process.argv[1] as string, ["server"]);
  const baseUrl = await firstMessage(child);
  const bare = bareLoop(new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 }));
  const stack = stackLoop(await openStack(baseUrl));
  await rate(bare, 0, 500);
  await rate(stack, 0, 500);
  const rates: { readonly bare: number; readonly stack: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const one = { bare: await rate(bare, round, calls), stack: await rate(stack, round, calls) };
    rates.push(one);
    console.log(`round ${round}: bare ${one.bare.toFixed(0)}/s, stack ${one.stack.toFixed(0)}/s`);
  }
  const bareRate = median(rates.map((one) => one.bare));
  const stackRate = median(rates.map((one) => one.stack));
  const ratio = stackRate / bareRate;
  console.log(
    `median: bare ${bareRate.toFixed(0)}/s, stack ${stackRate.toFixed(0)}/s, ratio ${ratio.toFixed(2)}`,
  );
  child.kill();
  process.exit(ratio >= wantedRatio ? 0 : 1);
}

type Ask = (text: string) => Promise<unknown>;

function bareLoop(client: OpenAI): Ask {
  return (text) =>
    client.chat.completions.create({
      model: "gpt-4o-mini",
      temperature: 0.1,
      messages: [{ role: "user", content: text }],
    });
}

function stackLoop(model: LanguageModel): Ask {
  const { signal } = new AbortController();
  return (text) => model.complete({ messages: [{ role: "user", content: text }], signal });
}

function openStack(baseUrl: string): Promise<LanguageModel> {
  const services = createStackServices({
    concurrency,
    catalog: modelCatalog,
    models: {},
    answers: createMemoryAnswers(),
  });
  const spec = modelSpec({ baseUrl, parameters: { temperature: 0.1 } });
  return buildModel(spec, noSecrets, services);
}

/** Calls a second, with distinct questions so that none is answered from the journal. */
async function rate(ask: Ask, round: number, count: number): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    while (next < count)
      await ask(`Classify the sentiment of review ${round}.${next++}: the room was clean and quiet.`);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return count / ((performance.now() - startedAt) / 1000);
}

function firstMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once("message", (message) => resolve(String(message))));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
