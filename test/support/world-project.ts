import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Completion, CompletionRequest } from "../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import type { Lab, OptimizationTask, SearchEnd } from "../../src/contracts/optimizer.ts";
import { digestOfText } from "../../src/core/data/digest.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";

/** The behavior of a project's models and engine; a test may change it between runs. */
export interface World {
  /** Text of the answer, or an error to throw. */
  answer: (request: CompletionRequest, spec: ModelSpec) => string | Error;
  latencyMs: (request: CompletionRequest) => number;
  optimize: (task: OptimizationTask, lab: Lab) => Promise<SearchEnd>;
  /** Every call that reached a model, by model id. */
  readonly calls: string[];
}

export interface WorldProject {
  readonly directory: string;
  readonly world: World;
  readonly config: ConfigFile;
  /** Writes the changed `config` to config.yaml. */
  save(): void;
  run(args?: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  cli(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** Newest first. */
  runs(): readonly string[];
  read(...path: string[]): string;
}

/** A config that tests can change. */
export interface ConfigFile {
  readonly resources: { readonly llms: Record<string, object> };
  readonly prompts: Record<string, object>;
  readonly agents: Record<string, object>;
  readonly datasets: Record<string, object>;
  readonly optimizations: { readonly prompt_optimizations: Record<string, object> };
  registry?: object;
  tracking?: object;
}

const worldsKey = Symbol.for("dao-opt.test-worlds");
const registry = globalThis as unknown as { [worldsKey]?: Map<string, object> };
/** Absolute path of one of these tests' user modules. */
export function modulePath(name: "world-model" | "world-engine" | "world-scorer"): string {
  return fileURLToPath(new URL(`./modules/${name}.js`, import.meta.url));
}

/**
 * `accuracy=0.7` in a prompt makes the model right on 70 % of rows; a better prompt is right on the same
 * rows, and more.
 */
export function answerByAccuracy(request: CompletionRequest): string {
  const text = request.messages.map(messageText).join("\n");
  const accuracy = Number(/accuracy=([\d.]+)/.exec(text)?.[1] ?? 0);
  const [, row = "", expected = ""] = /row (\d+) says (\w+)/.exec(text) ?? [];
  const draw = Number.parseInt(digestOfText(`row ${row}`).slice(0, 8), 16) / 2 ** 32;
  return draw < accuracy ? expected : `not ${expected}`;
}

export const basePrompt = "accuracy=0.3 Answer: {{text}}";
export const goodPrompt = "accuracy=0.95 Answer: {{text}}";

/** An engine that measures listed texts on all validation rows, one per step, after one reflection each. */
export function tryTexts(texts: readonly string[]): World["optimize"] {
  return async ({ seed, validation }, lab) => {
    const [name = ""] = Object.keys(seed.texts);
    for (const [at, text] of texts.entries()) {
      const step = at + 1;
      lab.emit({ type: "step-started", step, of: texts.length });
      await lab.reflect({ purpose: "propose", messages: [{ role: "user", content: `improve ${step}` }] });
      const drafted = lab.draft({ [name]: text }, [seed.id]);
      if (!drafted.accepted) {
        const reason = drafted.problems.join("; ");
        lab.emit({ type: "candidate-rejected", step, parents: [seed.id], texts: { [name]: text }, reason });
        continue;
      }
      const { id } = drafted.candidate;
      lab.emit({
        type: "candidate-proposed",
        step,
        candidate: id,
        parents: [seed.id],
        texts: { [name]: text },
        by: "list",
      });
      const { mean } = await lab.evaluate(drafted.candidate, validation);
      lab.emit({ type: "candidate-accepted", step, candidate: id, validation: mean });
      lab.emit({ type: "step-finished", step, best: id, validation: mean });
    }
    return { stopped: "max_steps", steps: texts.length };
  };
}

/** A project in its own folder, with models and an engine controlled by the test. */
export function createWorldProject(
  options: {
    readonly rows?: number;
    readonly optimization?: object;
    readonly model?: object;
    readonly base?: string;
    readonly texts?: readonly string[];
  } = {},
): WorldProject {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-world-")));
  const calls: string[] = [];
  const world: World = {
    answer: answerByAccuracy,
    latencyMs: () => 0,
    optimize: tryTexts(options.texts ?? [goodPrompt]),
    calls,
  };
  const complete = async (request: CompletionRequest, spec: ModelSpec): Promise<Completion> => {
    calls.push(spec.name);
    const latencyMs = world.latencyMs(request);
    if (latencyMs > 0) await wait(latencyMs, undefined, { signal: request.signal });
    const answer = world.answer(request, spec);
    if (answer instanceof Error) throw answer;
    const inputTokens = request.messages.map(messageText).join("").length;
    const usage = { inputTokens, outputTokens: answer.length };
    return { text: answer, toolCalls: [], finishReason: "stop", usage, latencyMs: 1 };
  };
  registry[worldsKey] ??= new Map();
  const id = `world ${registry[worldsKey].size}`;
  registry[worldsKey].set(id, {
    complete,
    optimize: (task: OptimizationTask, lab: Lab) => world.optimize(task, lab),
  });

  const rows = Array.from({ length: options.rows ?? 60 }, (_, at) => {
    const label = at % 2 === 0 ? "yes" : "no";
    return { inputs: { text: `row ${at} says ${label}` }, expected_response: label };
  });
  writeFileSync(join(directory, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const model = (name: string) => ({
    name,
    provider: modulePath("world-model"),
    other: { provider_options: { world: id } },
    retries: 0,
    ...options.model,
  });
  const config: ConfigFile = {
    resources: { llms: { small: model("small"), large: model("large") } },
    prompts: { p: { name: "p", default_template: options.base ?? basePrompt } },
    agents: { a: { name: "a", model: "small", prompt: "p" } },
    datasets: { d: { path: "./rows.jsonl" } },
    optimizations: {
      prompt_optimizations: {
        x: {
          name: "x",
          prompt: "p",
          agent: "a",
          dataset_name: "d",
          reflection_model: "large",
          optimizer: { use: modulePath("world-engine"), options: { world: id } },
          ...options.optimization,
        },
      },
    },
  };
  const project: WorldProject = {
    directory,
    world,
    config,
    save: () => writeFileSync(join(directory, "config.yaml"), JSON.stringify(config, null, 2)),
    cli: (args, given) => runCli(args, { cwd: directory, ...given }),
    run: (args = [], given) => runCli(["run", "config.yaml", ...args], { cwd: directory, ...given }),
    runs: () => {
      const folder = join(directory, ".dao-opt", "runs");
      mkdirSync(folder, { recursive: true });
      return readdirSync(folder).sort().reverse();
    },
    read: (...path) => readFileSync(join(directory, ...path), "utf8"),
  };
  project.save();
  return project;
}
