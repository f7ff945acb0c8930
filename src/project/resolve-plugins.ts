import { isAbsolute, relative, sep } from "node:path";
import type { Config, OptimizationConfig, PluginUse, ScorerUse } from "../config/config.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import type { EstimateSearch, OptimizerPlugin, PluginKind, PluginKinds } from "../contracts/plugin.ts";
import type { PromptReader } from "../contracts/registry.ts";
import type { ScorerSpec } from "../contracts/scorer.ts";
import type { Example } from "../core/data/example.ts";
import type { JsonObject } from "../core/data/json.ts";
import { isDaoOptError } from "../core/errors.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { knownOptions, optionIssues } from "../plugins/option-issues.ts";
import { chooseDefaultScorer, createScorer, hasFactsAlone } from "../scorers/create-scorer.ts";
import type { IssueList } from "./issue-list.ts";
import { withJudgePrompt } from "./resolve-judge-prompt.ts";

interface ResolvedScorers {
  readonly specs: readonly ScorerSpec[];
  readonly isDefault: boolean;
  readonly judgeCalls: { readonly usual: number; readonly most: number };
  readonly notes: readonly string[];
}

interface ResolvedOptimizer {
  readonly spec: { readonly use: string; readonly options: JsonObject; readonly revision?: number };
  readonly estimateSearch?: EstimateSearch;
}

/** Loads the engine by name or path and checks its options. Adds an issue on failure. */
export async function resolveOptimizer(
  use: PluginUse,
  catalog: Catalog,
  config: Config,
  issues: IssueList,
): Promise<ResolvedOptimizer | undefined> {
  const checked = await checkUse("optimizer", use, catalog, config, issues);
  if (checked === undefined) return undefined;
  const { plugin, data, ...spec } = checked;
  const before = issues.problems.length;
  const estimates: (EstimateSearch | undefined)[] = [];
  let revision = revisionOf(plugin);
  for (const reference of plugin.opens?.(data as never) ?? []) {
    const path = [use.path, "options", ...reference.path].join(".");
    const opened = await checkUse("optimizer", { ...reference, path }, catalog, config, issues);
    if (opened?.plugin.opens !== undefined)
      issues.add(path, `${reference.use} runs other engines and cannot be run by ${use.use}`);
    if (opened === undefined) continue;
    estimates.push(estimateOf(opened.plugin, opened.data, []));
    // A sum of what was raised: it changes whichever of the engines does.
    revision += revisionOf(opened.plugin) - 1;
  }
  if (issues.problems.length > before) return undefined;
  const estimateSearch = estimateOf(plugin, data, estimates);
  return {
    spec: { ...spec, ...(revision === 1 ? {} : { revision }) },
    ...(estimateSearch === undefined ? {} : { estimateSearch }),
  };
}

function revisionOf({ revision = 1 }: OptimizerPlugin): number {
  return revision;
}

/** Undefined if the engine, or one that it opens, has no estimate. */
function estimateOf(
  plugin: OptimizerPlugin,
  data: unknown,
  opened: readonly (EstimateSearch | undefined)[],
): EstimateSearch | undefined {
  const known = opened.flatMap((one) => one ?? []);
  if (plugin.estimate === undefined || known.length < opened.length) return undefined;
  const estimate = plugin.estimate.bind(plugin);
  return (size) => estimate(data as never, size, known);
}

/** The named scorers, or the default one for the data. */
export async function resolveScorers(
  optimization: OptimizationConfig,
  dataset: Dataset | undefined,
  config: Config,
  { catalog, registry }: { readonly catalog: Catalog; readonly registry: PromptReader },
  issues: IssueList,
): Promise<ResolvedScorers | undefined> {
  const isDefault = optimization.scorers.length === 0;
  if (isDefault && dataset === undefined) return undefined;
  const uses: readonly ScorerUse[] = isDefault
    ? [{ use: chooseDefaultScorer(dataset?.examples ?? []), options: {}, path: "", weight: 1 }]
    : optimization.scorers;
  const specs: ScorerSpec[] = [];
  const notes: string[] = [];
  for (const use of uses) {
    const judge = await withJudgePrompt(use, { registry, catalog, directory: config.directory }, issues);
    const checked = judge && (await checkUse("scorer", judge, catalog, config, issues));
    if (judge === undefined || checked === undefined) continue;
    const { prompt } = judge;
    specs.push({
      use: checked.use,
      options: checked.options,
      weight: use.weight,
      ...(prompt === undefined ? {} : { prompt }),
    });
    if (prompt !== undefined)
      notes.push(`${optimization.name}: scorer ${use.use} has the rules of ${prompt}`);
  }
  if (specs.length < uses.length) return undefined;
  try {
    const { judgeCalls } = await createScorer(specs, catalog, config.directory);
    if (isDefault)
      notes.push(
        `${optimization.name}: scorer ${specs[0]?.use}, chosen because ${defaultReason(specs[0]?.use, dataset?.examples ?? [])}`,
      );
    return { specs, isDefault, judgeCalls, notes };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    issues.addError(`optimizations.prompt_optimizations.${optimization.key}.scorers`, error);
    return undefined;
  }
}

function defaultReason(use: string | undefined, examples: Iterable<Example>): string {
  if (use === "exact_match") return "every expected answer is short";
  return hasFactsAlone(examples)
    ? "rows have expected facts and no expected answer: a judge looks for each fact"
    : "expected answers are longer texts";
}

interface CheckedUse<Kind extends PluginKind> {
  /** The name or path as written in a plan. */
  readonly use: string;
  /** As written; `data` holds the plugin's parsed options. */
  readonly options: JsonObject;
  readonly data: unknown;
  readonly plugin: PluginKinds[Kind];
}

async function checkUse<Kind extends PluginKind>(
  kind: Kind,
  { use, options, path }: PluginUse,
  catalog: Catalog,
  config: Config,
  issues: IssueList,
): Promise<CheckedUse<Kind> | undefined> {
  try {
    const plugin = await catalog.load(kind, use, config.directory);
    const checked = plugin.options.safeParse(options);
    if (checked.success)
      return { use: shownPath(use, config.directory), options, data: checked.data, plugin };
    const known = knownOptions(plugin.options);
    for (const { path: within, message, hint } of optionIssues(plugin.options, checked.error)) {
      const all = known.length === 0 ? undefined : `its options: ${known.join(", ")}`;
      const cure = message === "unknown option" ? (hint ?? all) : hint;
      issues.add([path, "options", ...within].join("."), `${kind} ${use}: ${message}`, cure);
    }
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    issues.addError(path, error);
  }
  return undefined;
}

/**
 * Path of a user's module in a plan: relative to the config's folder, so that plans, versions and their
 * digests are the same on every machine. Names of built-in plugins stay unchanged.
 */
export function shownPath(use: string, directory: string): string {
  if (!isAbsolute(use)) return use;
  const path = relative(directory, use).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}
