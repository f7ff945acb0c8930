import { dirname, resolve } from "node:path";
import type { AgentRunSpec } from "../contracts/agent.ts";
import { defined } from "../core/defined.ts";
import { isTypoOf } from "../core/text/near-names.ts";
import { Secret } from "../core/text/secret.ts";
import type { AgentConfig, Config } from "./config.ts";
import { databasesOf } from "./normalize/databases.ts";
import { normalizeDataset } from "./normalize/datasets.ts";
import { mlflowPlaces } from "./normalize/mlflow-places.ts";
import { normalizeModel } from "./normalize/models.ts";
import { normalizeOptimization } from "./normalize/optimizations.ts";
import { normalizePrompt } from "./normalize/prompts.ts";
import type { PriceFile } from "./price-file.ts";
import type { Problems } from "./problems.ts";
import type { ConfigReferences, Declared } from "./references.ts";
import type { WrittenAgent, WrittenAgentRun } from "./schema/agent.ts";
import type { WrittenConfig } from "./schema/file.ts";
import type { WrittenModel } from "./schema/model.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

interface NormalizeContext {
  /** Absolute. */
  readonly file: string;
  /** As given on the command line. */
  readonly shownFile: string;
  readonly env: EnvironmentVariables;
  readonly references: ConfigReferences;
  readonly problems: Problems;
  /** Wins over the shipped list of prices. */
  readonly prices?: PriceFile | undefined;
  /** From flags; paths are absolute. */
  readonly overrides: {
    readonly registry?: string;
    readonly state?: string;
    readonly answers?: string;
    readonly seed?: number | undefined;
  };
}

/** Every named thing of a config, in long form. */
export type NormalizedThings = Pick<
  Config,
  | "models"
  | "prompts"
  | "agents"
  | "datasets"
  | "optimizations"
  | "registryPath"
  | "registryMlflow"
  | "statePath"
  | "answersUrl"
  | "tracesUrl"
  | "tracking"
  | "workersQueue"
>;

const optimizationsPath = ["optimizations", "prompt_optimizations"] as const;

/**
 * Expands short forms. Works from the top down, because things may be written where they are used:
 * optimizations name agents, and agents name models and prompts.
 */
export async function normalize(file: WrittenConfig, context: NormalizeContext): Promise<NormalizedThings> {
  const { references, problems, env, overrides } = context;
  const directory = dirname(context.file);
  const written = Object.entries(file.optimizations.prompt_optimizations).map(
    ([key, optimization]) => [key, optimization, [...optimizationsPath, key]] as const,
  );
  const agentKeys = written.map(([, { agent }, path]) => references.agent.resolve(agent, [...path, "agent"]));
  const agents = fromThings(references.agent.things, (thing) =>
    normalizeAgent(thing, references, directory, problems),
  );
  const optimizations = written.map(([key, optimization, path], at) => {
    const agent = agents[agentKeys[at] ?? ""];
    const own = { references, directory, problems, agent, seed: overrides.seed };
    return [key, normalizeOptimization(key, optimization, path, own)] as const;
  });
  const models = fromThings(references.model.things, (thing) => {
    const fallbacks = normalizeFallbacks(thing, references, problems);
    return normalizeModel(thing, fallbacks, context.file, env, context.prices);
  });
  const prompts = await Promise.all(
    [...references.prompt.things.values()].map(async (thing) => {
      return [thing.key, await normalizePrompt(thing, references, directory, problems)] as const;
    }),
  );
  const datasets = [...references.dataset.things.values()].flatMap((thing) => {
    const dataset = normalizeDataset(thing, { directory, file: context.shownFile });
    return dataset === undefined ? [] : [[thing.key, dataset] as const];
  });
  return {
    models,
    prompts: Object.fromEntries(prompts),
    agents,
    datasets: Object.fromEntries(datasets),
    optimizations: Object.fromEntries(optimizations),
    registryPath: overrides.registry ?? resolve(directory, file.registry.path),
    statePath: overrides.state ?? resolve(directory, file.state.path),
    ...databasesOf(file.state, overrides.answers),
    ...mlflowPlaces(file),
    ...(file.workers === undefined ? {} : { workersQueue: new Secret(file.workers.queue) }),
  };
}

function fromThings<Thing, Made>(
  things: ReadonlyMap<string, Thing>,
  make: (thing: Thing) => Made,
): Readonly<Record<string, Made>> {
  const made: [string, Made][] = [];
  for (const [key, thing] of things) made.push([key, make(thing)]);
  return Object.fromEntries(made);
}

/** Keys of a model's fallbacks. As in dao-ai, one that calls the model's own endpoint is skipped. */
function normalizeFallbacks(
  thing: Declared<WrittenModel>,
  { model }: ConfigReferences,
  problems: Problems,
): readonly string[] {
  return thing.written.fallbacks.flatMap((one, at) => {
    const path = [...thing.path, "fallbacks", String(at)];
    const isOwnName = one === thing.written.name && !model.things.has(one);
    const written = typeof one === "string" ? one : { ...one, fallbacks: [] };
    const key = isOwnName ? thing.key : model.resolve(written, path, thing);
    const found = model.things.get(key)?.written;
    if (found === undefined || !isSameEndpoint(found, thing.written)) return [key];
    problems.warn(path, `this is the endpoint of ${thing.key} itself; the fallback is skipped`);
    return [];
  });
}

function isSameEndpoint(one: WrittenModel, other: WrittenModel): boolean {
  const fields = ["name", "provider", "base_url", "workspace_host", "api_key"] as const;
  return fields.every((field) => one[field] === other[field]);
}

/** Normalizes an agent: keys of its model and prompt, its tools, its application. */
function normalizeAgent(
  { key, path, written }: Declared<WrittenAgent>,
  references: ConfigReferences,
  directory: string,
  problems: Problems,
): AgentConfig {
  const tools = written.tools.flatMap((tool, at) => {
    if (typeof tool === "object" && tool.type === "function") return [tool];
    problems.warn([...path, "tools", String(at)], "dao-ai tools cannot run here; this one is ignored");
    return [];
  });
  return defined({
    key,
    name: written.name ?? key,
    model: references.model.resolve(written.model, [...path, "model"]),
    prompt: written.prompt === undefined ? undefined : resolvePrompt(written.prompt, path, references),
    tools,
    run: written.run && normalizeRun(written.run, directory),
  });
}

/**
 * In dao-ai an agent's prompt may be the text itself: anything that is no prompt of the config and no likely name of
 * one.
 */
function resolvePrompt(
  written: NonNullable<WrittenAgent["prompt"]>,
  path: readonly string[],
  { prompt }: ConfigReferences,
): string {
  const place = [...path, "prompt"];
  if (typeof written !== "string" || !isTemplate(written, prompt.things))
    return prompt.resolve(written, place);
  const inline = { default_template: written, template_language: "default", locked: [], tags: {} } as const;
  return prompt.resolve({ ...inline, locked: [...inline.locked] }, place);
}

/** More characters than the name of a prompt can have. */
const longestName = 255;

function isTemplate(text: string, prompts: ConfigReferences["prompt"]["things"]): boolean {
  if (/\n|\{\{/.test(text)) return true;
  if (!/[\s{]/.test(text) && text.length <= longestName) return false;
  const known = [...prompts.values()].flatMap(({ key, written }) => [key, written.name ?? key]);
  return !known.some((one) => isTypoOf(text, one));
}

function normalizeRun(written: WrittenAgentRun, directory: string): AgentRunSpec | undefined {
  if (written.module !== undefined) return { kind: "module", path: resolve(directory, written.module) };
  if (written.http !== undefined) return { kind: "http", url: written.http };
  if (written.command === undefined) return undefined;
  const command = typeof written.command === "string" ? written.command.trim().split(/\s+/) : written.command;
  return { kind: "command", command, directory };
}
