/**
 * How real models reply to the requests of an engine (models/README.md): usable, unchanged, echo of the request, and
 * so on. Requests are made by the engine from lessons: a prompt with a model's real answers to a few rows. The
 * engine itself reads the replies. Lessons are collected on first use; replies are kept beside them.
 *
 *     node test/bench/run.js reflections --base-url URL --lessons FILE.jsonl --models MODEL[,…]
 *         [--target MODEL --data FOLDER --suite sentiment --seed-prompt explicit,vague,defective --pool 30 --each 15
 *          --rows 8] [--engine gepa] [--options JSON] [--samples 3] [--requests 1] [--limit 40]
 *         [--reflection-tokens 500] [--show]
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Optimizer } from "../../src/contracts/optimizer.ts";
import type { OptimizerPlugin } from "../../src/contracts/plugin.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { builtinOptimizers } from "../../src/optimizers/index.ts";
import { type AskChat, createChat, keepReplies } from "./models/chat-endpoint.ts";
import { type SeedPromptKind, seedPromptKinds } from "./models/suites.ts";
import { classifyReply } from "./reflections/classify-reply.ts";
import { type CountedReply, kindsTable } from "./reflections/kinds-table.ts";
import { collectLessons, type Lesson, readLessons, writeLessons } from "./reflections/lesson.ts";
import { runLesson } from "./reflections/lesson-lab.ts";

const { values } = parseArgs({
  options: {
    "base-url": { type: "string" },
    lessons: { type: "string" },
    models: { type: "string" },
    target: { type: "string" },
    data: { type: "string" },
    suite: { type: "string", default: "sentiment" },
    "seed-prompt": { type: "string", default: seedPromptKinds.join(",") },
    pool: { type: "string", default: "30" },
    each: { type: "string", default: "15" },
    // Seven train rows, so that a request names a set of three labels as a real search does.
    rows: { type: "string", default: "8" },
    engine: { type: "string", default: "gepa" },
    options: { type: "string", default: "{}" },
    samples: { type: "string", default: "3" },
    requests: { type: "string", default: "1" },
    limit: { type: "string" },
    "reflection-tokens": { type: "string", default: "500" },
    "timeout-seconds": { type: "string", default: "900" },
    "api-key-env": { type: "string", default: "OPENAI_API_KEY" },
    show: { type: "boolean", default: false },
  },
});
const file = resolve(wanted("lessons"));
const endpoint = {
  baseUrl: wanted("base-url").replace(/\/+$/, ""),
  apiKey: process.env[values["api-key-env"]] ?? "none",
};
const ask = keepReplies(createChat(endpoint, Number(values["timeout-seconds"])), `${file}.replies`);
const lessons = spread(
  readLessons(file) ?? (await collect()),
  Number(values.limit ?? Number.POSITIVE_INFINITY),
);
const engine = await openEngine();
const counted: (CountedReply & { readonly suite: string })[] = [];
for (const model of wanted("models").split(",")) {
  for (const lesson of lessons)
    for (let sample = 0; sample < Number(values.samples); sample++) await replay(model, lesson, sample);
  console.error(`${model}: ${counted.filter((one) => one.model === model).length} replies`);
}
const mostRequests = Number(values.requests);
const upTo = mostRequests === 1 ? "" : `, last of up to ${mostRequests} requests`;
console.log(`\n${lessons.length} lessons for ${values.engine}, ${values.samples} samples each${upTo}\n`);
console.log(kindsTable(counted));

async function replay(model: string, lesson: Lesson, sample: number): Promise<void> {
  const run = await runLesson(
    engine,
    lesson,
    ({ messages }, repeat) => askModel(ask, model, messages, sample + repeat),
    Number(values.requests),
  );
  if (run.request === undefined) {
    console.error(`${lesson.id}: the engine asked for nothing`);
    return;
  }
  const { kind, text, reason } = classifyReply(lesson, run);
  counted.push({ model, kind, suite: lesson.suite });
  console.error(
    `${model} ${lesson.id} sample ${sample}: ${kind} after ${run.requests}${reason === undefined ? "" : ` (${reason})`}`,
  );
  if (values.show) console.error(`--- reply\n${run.reply?.text}\n--- text\n${text ?? "none"}\n---`);
}

/** The first sample at temperature 0, further ones at 0.8, as the engine asks. */
function askModel(
  ask: AskChat,
  model: string,
  messages: Parameters<typeof messageText>[0][] | readonly Parameters<typeof messageText>[0][],
  sample: number,
): ReturnType<AskChat> {
  return ask({
    model,
    messages: messages.map((message) => ({ role: message.role, content: messageText(message) })),
    maxTokens: Number(values["reflection-tokens"]),
    temperature: sample === 0 ? 0 : 0.8,
    sample,
  });
}

async function collect(): Promise<readonly Lesson[]> {
  const found = await collectLessons(ask, {
    data: resolve(wanted("data")),
    target: wanted("target"),
    suites: values.suite.split(","),
    prompts: values["seed-prompt"].split(",") as SeedPromptKind[],
    pool: Number(values.pool),
    lessonsPerPrompt: Number(values.each),
    rowsPerLesson: Number(values.rows),
  });
  writeLessons(file, found);
  console.error(`${found.length} lessons in ${file}`);
  return found;
}

/** At most `count`, evenly over the list, so that every suite and prompt is among them. */
function spread(all: readonly Lesson[], count: number): readonly Lesson[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)] as Lesson);
}

async function openEngine(): Promise<Optimizer> {
  const builtin = builtinOptimizers[values.engine];
  if (builtin === undefined)
    throw new Error(
      `unknown engine ${values.engine}; there are ${Object.keys(builtinOptimizers).join(", ")}`,
    );
  const plugin: OptimizerPlugin = await builtin.load();
  return plugin.create(plugin.options.parse(JSON.parse(values.options)) as never, {
    openEngine: () => Promise.reject(new Error(`${values.engine} opens other engines: choose one of them`)),
  });
}

function wanted(name: "base-url" | "lessons" | "models" | "target" | "data"): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}
