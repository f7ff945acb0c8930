import { resolve } from "node:path";
import type { GateSpec } from "../../contracts/run-plan.ts";
import { defined } from "../../core/defined.ts";
import { isModulePath } from "../../plugins/load-module.ts";
import type { AgentConfig, OptimizationConfig, PluginUse } from "../config.ts";
import type { Problems } from "../problems.ts";
import type { ConfigReferences } from "../references.ts";
import type { WrittenOptimization } from "../schema/optimization.ts";
import { dotted, type KeyPath } from "../tree.ts";
import { hasRows } from "./datasets.ts";

const defaultSteps = 3;
const defaultMargin = 0.02;

interface OptimizationContext {
  readonly references: ConfigReferences;
  readonly directory: string;
  readonly problems: Problems;
  /** Undefined if there is no agent of that name. */
  readonly agent: AgentConfig | undefined;
  readonly seed: number | undefined;
}

/** Normalizes an optimization: keys of everything it references, and every default filled in. */
export function normalizeOptimization(
  key: string,
  written: WrittenOptimization,
  path: KeyPath,
  context: OptimizationContext,
): OptimizationConfig {
  const { references, directory, agent } = context;
  const model = (field: "reflection_model" | "scorer_model" | "source_model") => {
    const named = written[field];
    return named === undefined ? undefined : references.model.resolve(named, [...path, field]);
  };
  const reflectionModel = model("reflection_model") ?? agent?.model ?? "";
  const temperature =
    written.temperature ?? references.model.things.get(reflectionModel)?.written.temperature;
  const budget = defined(written.budget ?? {});
  const select = written.select ?? written.objectives.select ?? "best";
  return defined({
    key,
    name: written.name ?? key,
    prompts: promptsOf(written, path, context),
    agent: agent?.key ?? "",
    dataset: datasetOf(written, path, context),
    reflectionModel,
    scorerModel: model("scorer_model") ?? agent?.model ?? "",
    sourceModel: model("source_model"),
    sourcePrompt: written.source_prompt,
    candidatesPerStep: written.num_candidates,
    maxSteps: written.max_steps ?? (Object.keys(budget).length > 0 ? null : defaultSteps),
    reflectionTemperature: temperature ?? 0,
    isReflectionTemperatureDefault: temperature === undefined ? (true as const) : undefined,
    optimizer: pluginUse(written.optimizer, [...path, "optimizer"], directory),
    scorers: written.scorers.map((scorer, at) => ({
      ...pluginUse(scorer, [...path, "scorers", String(at)], directory),
      ...(typeof scorer === "string" || scorer.prompt === undefined ? {} : { prompt: scorer.prompt }),
      weight: typeof scorer === "string" ? 1 : scorer.weight,
    })),
    budget,
    gate: gateOf(written.gate),
    objectives: { quality: written.objectives.quality, promptTokens: written.objectives.prompt_tokens },
    select:
      select === "best"
        ? { kind: "best" as const }
        : { kind: "cheapest_within" as const, margin: select.cheapest_within },
    patience: written.patience,
    onBadRow: written.on_bad_row,
    maxErrorRate: written.max_error_rate,
    deployTo: written.deploy_to,
    seed: context.seed ?? written.seed,
  });
}

/** The named prompts, or the agent's own if none is named, as in the later dialect. */
function promptsOf(
  written: WrittenOptimization,
  path: KeyPath,
  { references, agent, problems }: OptimizationContext,
): readonly string[] {
  if (written.prompts !== undefined)
    return written.prompts.map((one, at) => references.prompt.resolve(one, [...path, "prompts", String(at)]));
  if (written.prompt !== undefined) return [references.prompt.resolve(written.prompt, [...path, "prompt"])];
  if (agent?.prompt !== undefined) return [agent.prompt];
  if (agent !== undefined)
    problems.report([...path, "prompt"], "is missing", "set a prompt here or on the agent", [
      [...path, "prompts"],
    ]);
  return [];
}

/** A key of `datasets`; any other name refers to a dataset collected earlier and is looked up later. */
function datasetOf(
  written: WrittenOptimization,
  path: KeyPath,
  { references, problems }: OptimizationContext,
): string {
  const field = written.dataset_name === undefined ? "dataset" : "dataset_name";
  const named = written[field];
  if (named === undefined) {
    problems.report(
      [...path, "dataset_name"],
      "is missing",
      "name an entry of `datasets`, or a dataset collected earlier",
      [[...path, "dataset"]],
    );
    return "";
  }
  const key = references.dataset.find(named, [...path, field]);
  const thing = key === undefined ? undefined : references.dataset.things.get(key)?.written;
  if (key === undefined) return String(named);
  return thing === undefined || hasRows(thing) ? key : (thing.name ?? key);
}

function pluginUse(
  written: string | { readonly use: string; readonly options: PluginUse["options"] },
  path: KeyPath,
  directory: string,
): PluginUse {
  const { use, options } = typeof written === "string" ? { use: written, options: {} } : written;
  return { use: isModulePath(use) ? resolve(directory, use) : use, options, path: dotted(path) };
}

function gateOf({ mode, min_gain, margin, confidence }: WrittenOptimization["gate"]): GateSpec {
  if (mode === "better") return { mode, minGain: min_gain ?? 0, margin: 0, confidence };
  const borne = margin ?? defaultMargin;
  return { mode, minGain: min_gain ?? -borne, margin: borne, confidence };
}
