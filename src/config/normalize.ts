import { dirname, resolve } from "node:path";
import type { Config } from "./config.ts";
import type { ConfigReferences } from "./config-references.ts";
import { normalizeAgent } from "./normalize/agents.ts";
import { normalizeDataset } from "./normalize/datasets.ts";
import { normalizeModel } from "./normalize/models.ts";
import { normalizeOptimization } from "./normalize/optimizations.ts";
import { normalizePrompt } from "./normalize/prompts.ts";
import type { Problems } from "./problems.ts";
import type { WrittenConfig } from "./schema/file.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

export interface NormalizeContext {
  /** Absolute. */
  readonly file: string;
  /** As given on the command line. */
  readonly shownFile: string;
  readonly env: EnvironmentVariables;
  readonly references: ConfigReferences;
  readonly problems: Problems;
  /** From flags; paths are absolute. */
  readonly overrides: {
    readonly registry?: string;
    readonly state?: string;
    readonly seed?: number | undefined;
  };
}

/** Every named thing of a config, in long form. */
export type NormalizedThings = Pick<
  Config,
  "models" | "prompts" | "agents" | "datasets" | "optimizations" | "registryPath" | "statePath"
>;

const optimizationsPath = ["optimizations", "prompt_optimizations"] as const;

/**
 * Short → long. Works from the top down, since a thing may be written where it is used: optimizations
 * name agents, agents name models and prompts.
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
    const fallbacks = thing.written.fallbacks.map((one, at) =>
      references.model.resolve(typeof one === "string" ? one : { ...one, fallbacks: [] }, [
        ...thing.path,
        "fallbacks",
        String(at),
      ]),
    );
    return normalizeModel(thing, fallbacks, context.file, env);
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
