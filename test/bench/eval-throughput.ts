/**
 * Calls a second of `dao-opt eval` on 4,000 rows at zero latency, 32 at once, against a bare loop over
 * the `openai` package on the same server. Each side is a process of its own, timed from inside (calls
 * alone) and as a whole (start included); the two take turns, medians are compared.
 *
 *     npm run build && node test/bench/run.js eval-throughput
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OpenAI } from "openai";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

const rows = 4_000;
const concurrency = 32;
const rounds = 5;
const texts = Array.from({ length: rows }, (_, at) => `post number ${at} about the weather and a train`);

const [mode, argument] = process.argv.slice(2);
if (mode === "server") await serve();
else if (mode === "bare") await bareLoop(argument as string);
else await compare();

async function serve(): Promise<void> {
  const server = await startLoopbackOpenAI({ isRecording: false, answer: () => "positive" });
  process.send?.(server.baseUrl);
}

async function bareLoop(baseURL: string): Promise<void> {
  const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < rows) {
      const content = `Classify: ${texts[next++]}`;
      await client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content }] });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  process.send?.((performance.now() - started) / 1000);
  process.exit(0);
}

async function compare(): Promise<void> {
  const server = fork(process.argv[1] as string, ["server"]);
  const baseUrl = (await firstMessage(server)) as string;
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-bench-"));
  await writeConfig(folder, baseUrl);
  const measured: { bare: Timing; tool: Timing }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const one = { bare: await timeBare(baseUrl), tool: await timeTool(folder) };
    // The first round warms the disk.
    if (round > 0) measured.push(one);
  }
  const rate = (read: (one: (typeof measured)[number]) => number) => rows / median(measured.map(read));
  const inside = { bare: rate((one) => one.bare.inside), tool: rate((one) => one.tool.inside) };
  const whole = { bare: rate((one) => one.bare.whole), tool: rate((one) => one.tool.whole) };
  const line = (title: string, { bare, tool }: typeof inside) =>
    console.log(
      `${title}: bare SDK ${bare.toFixed(0)}/s, dao-opt eval ${tool.toFixed(0)}/s, ratio ${(tool / bare).toFixed(2)}`,
    );
  line("calls alone", inside);
  line("whole process", whole);
  server.kill();
  await rm(folder, { recursive: true, force: true });
  process.exit(inside.tool / inside.bare >= 0.8 ? 0 : 1);
}

/** Seconds. */
interface Timing {
  readonly inside: number;
  readonly whole: number;
}

async function timeBare(baseUrl: string): Promise<Timing> {
  const started = performance.now();
  const child = fork(process.argv[1] as string, ["bare", baseUrl]);
  const inside = (await firstMessage(child)) as number;
  await new Promise((done) => child.once("exit", done));
  return { inside, whole: (performance.now() - started) / 1000 };
}

async function timeTool(folder: string): Promise<Timing> {
  const started = performance.now();
  const args = [
    resolve("bin/dao-opt.js"),
    "eval",
    "config.yaml",
    "-j",
    String(concurrency),
    "--no-cache",
    "--json",
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise((done) => child.once("exit", done));
  if (code !== 0) throw new Error(`dao-opt eval ended with exit code ${code}`);
  const result = JSON.parse(text).results[0];
  if (result.rows !== rows) throw new Error(`${result.rows} of ${rows} rows scored`);
  return { inside: result.seconds, whole: (performance.now() - started) / 1000 };
}

async function writeConfig(folder: string, baseUrl: string): Promise<void> {
  const data = texts.map((text) =>
    JSON.stringify({ inputs: { text }, expectations: { expected_response: "positive" } }),
  );
  await writeFile(join(folder, "rows.jsonl"), `${data.join("\n")}\n`);
  await writeFile(
    join(folder, "config.yaml"),
    `resources: { llms: { small: { name: gpt-4o-mini, base_url: "${baseUrl}", api_key: none } } }
prompts: { p: { default_template: "Classify: {{text}}" } }
agents: { a: { model: small, prompt: p } }
datasets: { d: { path: ./rows.jsonl } }
optimizations: { prompt_optimizations: { o: { prompt: p, agent: a, dataset_name: d } } }
`,
  );
}

function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((done, fail) => {
    child.once("message", done);
    child.once("exit", (code) => fail(new Error(`ended with exit code ${code}`)));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
