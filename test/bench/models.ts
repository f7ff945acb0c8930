/**
 * Search quality with real models (models/README.md): engines × suites × seed prompts × models × seeds over any
 * OpenAI-compatible endpoint. Appends one JSON line per search to a file and prints Markdown tables of that file.
 * Run again, it does what is missing.
 *
 *     node test/bench/run.js models --base-url URL --data FOLDER --models TARGET=REFLECTION[,…] --out FILE.jsonl
 *         [--suite sentiment,banking77,facility] [--seed-prompt explicit,vague,defective]
 *         [--engines gepa,few_shot,peer-gepa,peer-ax] [--seeds 1,2,3] [--calls 200] [--rows 30,20,45,120]
 *         [--concurrency 1] [--reflection-tokens 500] [--timeout-seconds 900] [--table]
 */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { builtinOptimizers } from "../../src/optimizers/index.ts";
import { appendResult, type Cell, openCells, planCells, readResults } from "./models/cells.ts";
import { resultTables } from "./models/result-table.ts";
import { createCellRunner } from "./models/run-cell.ts";
import { searchOurs } from "./models/search-ours.ts";
import { openPeerAx, openPeerGepa } from "./models/search-peers.ts";
import type { BenchEngine } from "./models/search-task.ts";
import { type SeedPromptKind, seedPromptKinds, suiteNamed } from "./models/suites.ts";

const { values } = parseArgs({
  options: {
    "base-url": { type: "string" },
    data: { type: "string" },
    models: { type: "string" },
    target: { type: "string" },
    reflection: { type: "string" },
    out: { type: "string" },
    suite: { type: "string", default: "sentiment" },
    "seed-prompt": { type: "string", default: "explicit,vague,defective" },
    engines: { type: "string", default: "gepa,few_shot,peer-gepa" },
    seeds: { type: "string", default: "1,2,3" },
    calls: { type: "string", default: "200" },
    rows: { type: "string", default: "30,20,45,120" },
    concurrency: { type: "string", default: "1" },
    "reflection-tokens": { type: "string", default: "500" },
    "timeout-seconds": { type: "string", default: "900" },
    "api-key-env": { type: "string", default: "OPENAI_API_KEY" },
    table: { type: "boolean", default: false },
  },
});
const peers: Readonly<Record<string, () => Promise<BenchEngine>>> = {
  "peer-gepa": openPeerGepa,
  "peer-ax": openPeerAx,
};

const out = resolve(wanted("out"));
if (!values.table) await runOpenCells();
console.log(resultTables(readResults(out)));

async function runOpenCells(): Promise<void> {
  const plan = planFromFlags();
  const open = openCells(plan, readResults(out));
  const engines = await openEngines(plan);
  const folder = `${out}.work`;
  await mkdir(folder, { recursive: true });
  const runCell = createCellRunner({
    endpoint: {
      baseUrl: wanted("base-url").replace(/\/+$/, ""),
      apiKey: process.env[values["api-key-env"]] ?? "none",
    },
    data: resolve(wanted("data")),
    folder,
    concurrency: Number(values.concurrency),
    maxReflectionTokens: Number(values["reflection-tokens"]),
    timeoutSeconds: Number(values["timeout-seconds"]),
    engineOf: ({ engine }) => engines.get(engine) as BenchEngine,
  });
  console.error(`${plan.length} searches, ${plan.length - open.length} of them done`);
  for (const [at, cell] of open.entries()) {
    const { suite, prompt, engine, target, reflection, seed } = cell;
    console.error(
      `${at + 1}/${open.length} ${suite} ${prompt} ${engine} ${target} ← ${reflection} seed ${seed}`,
    );
    try {
      const result = await runCell(cell);
      appendResult(out, result);
      const { unseen, calls, seconds, verdict, reason } = result;
      console.error(
        `  ${unseen.base.toFixed(3)} → ${unseen.best.toFixed(3)} on ${unseen.rows} unseen rows, ${verdict ?? "no verdict"}, ${calls.search} + ${calls.gate} calls, ${seconds.toFixed(0)} s`,
      );
      if (verdict === "failed") console.error(`  ${reason}`);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      appendResult(out, { ...cell, status: "failed", error: text, date: new Date().toISOString() });
      console.error(`  failed: ${text}`);
    }
  }
  const left = openCells(plan, readResults(out)).length;
  if (left > 0) {
    console.error(`${left} searches failed; run the same command again`);
    process.exitCode = 1;
  }
}

function planFromFlags(): readonly Cell[] {
  const list = (text: string) => text.split(",").map((one) => one.trim());
  const pairs = list(values.models ?? `${wanted("target")}=${values.reflection ?? wanted("target")}`);
  const suites = list(values.suite);
  for (const suite of suites) suiteNamed(suite);
  const prompts = list(values["seed-prompt"]) as SeedPromptKind[];
  for (const prompt of prompts)
    if (!seedPromptKinds.includes(prompt))
      throw new Error(`unknown seed prompt ${prompt}; there are ${seedPromptKinds.join(", ")}`);
  if (!/^\d+,\d+,\d+,\d+$/.test(values.rows))
    throw new Error(`--rows takes train,validation,test,unseen, got ${values.rows}`);
  return planCells({
    suites,
    prompts,
    engines: list(values.engines),
    pairs: pairs.map((pair) => {
      const [target = "", reflection = target] = pair.split("=");
      return { target, reflection };
    }),
    seeds: list(values.seeds).map(Number),
    budget: Number(values.calls),
    rows: values.rows,
  });
}

/** The engines of a plan by name; peers are installed first. Throws for unknown names. */
async function openEngines(plan: readonly Cell[]): Promise<ReadonlyMap<string, BenchEngine>> {
  const engines = new Map<string, BenchEngine>();
  for (const name of new Set(plan.map(({ engine }) => engine))) {
    const [use = ""] = name.split(":");
    if (Object.hasOwn(builtinOptimizers, use)) engines.set(name, { versions: {}, search: searchOurs });
    else if (peers[name] !== undefined) engines.set(name, await peers[name]());
    else
      throw new Error(
        `unknown engine ${name}; there are ${[...Object.keys(builtinOptimizers), ...Object.keys(peers)].join(", ")}`,
      );
  }
  return engines;
}

function wanted(name: "base-url" | "data" | "out" | "target"): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}
