import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../../src/core/data/json.ts";
import { runCli } from "../../support/run-cli.ts";
import type { FoundPrompt } from "./cells.ts";
import type { SuiteRow } from "./draw-rows.ts";
import type { SearchTask } from "./search-task.ts";

interface RunDocument {
  /** Set if nothing ran. */
  readonly error?: { readonly message: string };
  readonly optimizations?: readonly {
    readonly status: string;
    readonly reason: string | null;
    readonly best?: { readonly template: JsonValue };
    readonly scores: { readonly test?: JsonObject };
    readonly usage: Readonly<Record<"target" | "reflection" | "total", { readonly calls: number }>>;
    readonly reflections?: JsonObject;
    readonly seconds: number;
    readonly stopped: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

/**
 * `dao-opt run` in this process with a config like a user's, gate included. Resumes the run of the cell's folder
 * if there is one. Rejects if the run has no result.
 */
export async function searchOurs(task: SearchTask): Promise<FoundPrompt> {
  const { folder } = task;
  const seed = `${task.instruction}\n${task.suite.inputLines}`;
  const startedAt = performance.now();
  let resumes = existsSync(join(folder, ".dao-opt/runs"));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.yaml"), JSON.stringify(configOf(task), null, 1));
  for (const part of ["train", "validation", "test"] as const)
    await writeFile(join(folder, `${part}.jsonl`), rowsText(task.parts[part]));
  const run = (flags: readonly string[]) =>
    runCli(["run", "config.yaml", "--json", "--no-cache", "-j", String(task.concurrency), ...flags], {
      cwd: folder,
      env: { BENCH_API_KEY: task.endpoint.apiKey },
    });
  let { stdout, stderr } = await run(resumes ? ["--resume"] : []);
  if (resumes && stdout === "") {
    // Another version of the engine, or too early an end: this run cannot be resumed.
    console.error(`  cannot resume, starting again: ${stderr.trim().split("\n")[0]}`);
    await rm(join(folder, ".dao-opt"), { recursive: true });
    await rm(join(folder, "prompts"), { recursive: true, force: true });
    resumes = false;
    ({ stdout, stderr } = await run([]));
  }
  const document = stdout === "" ? undefined : (JSON.parse(stdout) as RunDocument);
  const found = document?.optimizations?.[0];
  // A search without a single usable reflection is a result, unless the endpoint failed: the seed prompt stays.
  const isOwnFailure =
    found?.status === "failed" &&
    found.stopped === "reflections_failed" &&
    found.error?.code === "optimization_failed";
  if (found === undefined || (found.status === "failed" && !isOwnFailure)) {
    const problem = found?.error?.message ?? found?.reason ?? document?.error?.message ?? stderr;
    throw new Error(`dao-opt run has no result: ${problem}`);
  }
  const { reason } = found;
  const gate = gateCalls(folder);
  const { usage, scores } = found;
  return {
    text: isOwnFailure ? seed : (found.best?.template ?? seed),
    calls: {
      search: usage.target.calls + usage.reflection.calls - gate,
      gate,
      target: usage.target.calls,
      reflection: usage.reflection.calls,
    },
    held_out: scores.test ?? null,
    verdict: found.status,
    ...(reason === null ? {} : { reason }),
    stopped: found.stopped,
    ...(found.reflections === undefined ? {} : { reflections: found.reflections }),
    seconds: (performance.now() - startedAt) / 1000,
    is_resumed: resumes,
  };
}

function configOf({ cell, suite, instruction, endpoint, ...task }: SearchTask): JsonObject {
  const modelNamed = (name: string, maxTokens: number): JsonObject => ({
    name,
    base_url: endpoint.baseUrl,
    api_key: "${env:BENCH_API_KEY}",
    max_tokens: maxTokens,
    timeout_seconds: task.timeoutSeconds,
    limits: { concurrency: task.concurrency },
  });
  const [use = "", ...options] = cell.engine.split(":");
  return {
    resources: {
      llms: {
        target: { ...modelNamed(cell.target, suite.maxAnswerTokens), temperature: 0 },
        reflection: modelNamed(cell.reflection, task.maxReflectionTokens),
      },
    },
    prompts: { [suite.name]: { default_template: `${instruction}\n${suite.inputLines}` } },
    agents: { agent: { model: "target", prompt: suite.name } },
    datasets: {
      rows: { split: { train: "train.jsonl", validation: "validation.jsonl", test: "test.jsonl" } },
    },
    optimizations: {
      prompt_optimizations: {
        bench: {
          prompt: suite.name,
          agent: "agent",
          dataset_name: "rows",
          reflection_model: "reflection",
          optimizer: { use, options: Object.fromEntries(options.map(optionOf)) },
          scorers: [suite.scorer],
          budget: { calls: cell.budget },
          seed: cell.seed,
        },
      },
    },
  };
}

/** `name=value`; the value is JSON, or else a text. */
function optionOf(text: string): readonly [string, JsonValue] {
  const at = text.indexOf("=");
  const [name, value] = at === -1 ? [text, "true"] : [text.slice(0, at), text.slice(at + 1)];
  try {
    return [name, JSON.parse(value) as JsonValue];
  } catch {
    return [name, value];
  }
}

function rowsText(rows: readonly SuiteRow[]): string {
  return rows
    .map(({ inputs, expected }) => JSON.stringify({ inputs, expectations: { expected_response: expected } }))
    .map((line) => `${line}\n`)
    .join("");
}

/** Calls after the start of the gate, from the events of the newest run. */
function gateCalls(folder: string): number {
  const runs = join(folder, ".dao-opt/runs");
  const newest = readdirSync(runs).sort().at(-1) ?? "";
  const events = readFileSync(join(runs, newest, "events.jsonl"), "utf8")
    .split("\n")
    .flatMap((line) =>
      line === "" ? [] : [(JSON.parse(line) as { event: { type: string; phase?: string } }).event],
    );
  const start = events.findLastIndex(({ type, phase }) => type === "phase-started" && phase === "gate");
  return start === -1 ? 0 : events.slice(start).filter(({ type }) => type === "call-finished").length;
}
