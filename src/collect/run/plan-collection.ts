import type { AgentConfig, Config, ModelConfig, PromptConfig } from "../../config/config.ts";
import type { PromptReader } from "../../contracts/registry.ts";
import type { PlannedPrompt } from "../../contracts/run-plan.ts";
import { NotFoundError, UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { createIssueList } from "../../project/issue-list.ts";
import { resolvePrompts } from "../../project/resolve-prompts.ts";

/** Choices from the command line. The config determines the rest. */
interface CollectionChoice {
  readonly prompt?: string;
  readonly model?: string;
  readonly agent?: string;
}

/** What answers the rows, and with which prompts. */
export interface CollectionPlan {
  readonly prompts: readonly PlannedPrompt[];
  /** Key of the model. */
  readonly model: string;
  /** Set if an application answers, or if an agent's tools are used. */
  readonly agent?: AgentConfig;
  readonly notes: readonly string[];
}

/**
 * Chooses prompt, model and agent of a collection. Missing choices come from the config's optimization, if
 * there is only one: its prompt and its `source_model`. Throws UsageError if the choice is ambiguous, and
 * NotFoundError for unknown names. Prompt texts are resolved as in `run`.
 */
export async function planCollection(
  config: Config,
  choice: CollectionChoice,
  registry: PromptReader,
): Promise<CollectionPlan> {
  const agent = choice.agent === undefined ? undefined : named("agent", config.agents, choice.agent);
  const promptKeys = promptsOf(config, choice, agent);
  const model =
    choice.model === undefined
      ? (agent?.model ?? sourceOf(config, promptKeys))
      : named("model", config.models, choice.model, ({ spec }) => spec.name).spec.key;
  if (agent?.run === undefined && promptKeys.length > 1)
    throw new UsageError(`${promptKeys.length} prompts, but a model call uses only one`, {
      hint: `choose with --prompt: ${promptKeys.join(", ")}`,
    });
  const issues = createIssueList(config);
  const notes: string[] = [];
  const prompts = await resolvePrompts({ prompts: promptKeys }, config, {
    registry,
    issues,
    notes,
    warnings: notes,
  });
  issues.throwIfAny();
  return { prompts, model, notes, ...(agent === undefined ? {} : { agent }) };
}

function promptsOf(
  config: Config,
  { prompt }: CollectionChoice,
  agent: AgentConfig | undefined,
): readonly string[] {
  if (prompt !== undefined) return [named("prompt", config.prompts, prompt, ({ path }) => path).key];
  const optimized = Object.values(config.optimizations).filter(
    (one) => agent === undefined || one.agent === agent.key,
  );
  const [only, ...others] = optimized;
  if (only !== undefined && others.length === 0) return only.prompts;
  if (agent?.prompt !== undefined) return [agent.prompt];
  const keys = Object.keys(config.prompts);
  if (keys.length === 1) return keys;
  throw new UsageError(
    keys.length === 0 ? "the config has no prompts" : "the config does not determine a prompt",
    { hint: keys.length === 0 ? "add one under `prompts`" : `choose with --prompt: ${keys.join(", ")}` },
  );
}

/** The source model of the migration, if the config names exactly one. */
function sourceOf(config: Config, promptKeys: readonly string[]): string {
  const sources = new Set(
    Object.values(config.optimizations)
      .filter(({ prompts }) => prompts.some((key) => promptKeys.includes(key)))
      .flatMap(({ sourceModel }) => sourceModel ?? []),
  );
  const [only] = sources;
  if (only !== undefined && sources.size === 1) return only;
  throw new UsageError("the config does not name exactly one `source_model` for the prompt", {
    hint: `choose with --model: ${Object.keys(config.models).join(", ")}`,
  });
}

function named<T extends AgentConfig | PromptConfig | ModelConfig>(
  kind: string,
  things: Readonly<Record<string, T>>,
  wanted: string,
  other: (thing: T) => string = (thing) => ("name" in thing ? thing.name : ""),
): T {
  const found = things[wanted] ?? Object.values(things).find((thing) => other(thing) === wanted);
  if (found !== undefined) return found;
  const names = [...new Set([...Object.keys(things), ...Object.values(things).map(other)])];
  const near = nearNames(wanted, names, 2);
  throw new NotFoundError(kind, wanted, near, {
    hint: near.length > 0 ? undefined : `available: ${names.join(", ")}`,
  });
}
