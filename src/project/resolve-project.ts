import type { AgentConfig, Config, OptimizationConfig } from "../config/config.ts";
import type { AgentRunSpec } from "../contracts/agent.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import type { PromptReader } from "../contracts/registry.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { splitExamples } from "../core/data/split.ts";
import { type ConfigIssue, isDaoOptError } from "../core/errors.ts";
import { isConversationRow } from "../core/prompt/conversation.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { checkRows } from "./check-rows.ts";
import { checkScoring } from "./check-scoring.ts";
import { checkTools } from "./check-tools.ts";
import { chooseOptimizations } from "./choose-optimizations.ts";
import { configWarnings, isWritten, placedWarning } from "./config-warnings.ts";
import type { FetchListener } from "./fetch-mlflow-rows.ts";
import { type DatasetFinder, openDatasets } from "./find-dataset.ts";
import { createIssueList, type IssueList } from "./issue-list.ts";
import { moduleDigests, modulesUsed } from "./module-digests.ts";
import { type MlflowAccess, UncachedDatasetError } from "./open-mlflow-dataset.ts";
import type { Project, ProjectOptimization } from "./project.ts";
import { resolveOptimizer, resolveScorers, shownPath } from "./resolve-plugins.ts";
import { type BasePins, resolvePrompts, templateKey } from "./resolve-prompts.ts";
import { resolveSourcePrompts } from "./resolve-source-prompts.ts";
import { warnOfSingleBraces } from "./warn-of-single-braces.ts";

export interface ResolveOptions {
  readonly catalog: Catalog;
  readonly registry: PromptReader;
  /** Names or keys of the optimizations to resolve; all if absent. */
  readonly only?: readonly string[];
  /** Base versions of the resumed run; the registry may have newer ones. */
  readonly pins?: BasePins;
  /** Rows in MLflow: fetched, or the last copy (the default). */
  readonly mlflow?: MlflowAccess;
  readonly onFetch?: FetchListener | undefined;
  /** Digests of the datasets of the resumed run, by name; rows of MLflow may have changed. */
  readonly dataDigests?: ReadonlyMap<string, string>;
  /** Problems in the text of the config; thrown together with those found here. */
  readonly known?: readonly ConfigIssue[];
  /** Reject with a ConfigError even for a single problem, so that it has a position in the config. */
  readonly asIssues?: boolean;
  /** Checks the project as a whole, for the optimizations that could be resolved. */
  readonly check?: (project: Project) => readonly ConfigIssue[];
}

/**
 * Resolves every name of a config: prompt texts, rows, plugins with checked options. Rejects with one
 * ConfigError with all problems, or with the error itself (such as DatasetError) if there is only one. No
 * network access, except to MLflow with `mlflow: "fetch"`; without it, an optimization whose rows were never
 * fetched is left out with a warning.
 */
export async function resolveProject(config: Config, options: ResolveOptions): Promise<Project> {
  const { known = [] } = options;
  const issues = createIssueList(config, known);
  const wanted =
    known.length > 0 ? Object.values(config.optimizations) : chooseOptimizations(config, options.only);
  const { mlflow, onFetch, dataDigests: digests } = options;
  const datasets = openDatasets(config, { mlflow, onFetch, digests });
  const warnings: string[] = [...configWarnings(config)];
  const notes: string[] = [];
  const optimizations: ProjectOptimization[] = [];
  for (const optimization of wanted) {
    const resolved = await resolveOptimization(optimization, {
      config,
      options,
      issues,
      datasets,
      warnings,
      notes,
    });
    if (resolved !== undefined) optimizations.push(resolved);
  }
  const models = Object.fromEntries(
    Object.entries(config.models).map(([key, { spec }]) => [
      key,
      { ...spec, provider: shownPath(spec.provider, config.directory) },
    ]),
  );
  const providers = Object.values(models).map(({ provider }) => provider);
  const project: Project = {
    file: config.file,
    directory: config.directory,
    models,
    modules:
      issues.problems.length > 0
        ? {}
        : await moduleDigests(modulesUsed(optimizations, providers), config.directory),
    secrets: Object.fromEntries(Object.entries(config.models).map(([key, { secrets }]) => [key, secrets])),
    optimizations,
    warnings: [...new Set([...warnings, ...datasets.warnings])],
    notes: [...new Set([...notes, ...datasets.notes])],
    locate: config.locate,
  };
  if (options.check !== undefined) issues.addAll(options.check(soundPart(project, issues)));
  if (issues.problems.length > 0) await datasets.close();
  issues.throwIfAny(options.asIssues);
  return project;
}

/** The project without the optimizations that have a problem, also in their models. */
function soundPart(project: Project, issues: IssueList): Project {
  const optimizations = project.optimizations.filter(({ config, targetModel }) => {
    const used = [targetModel, config.reflectionModel, config.scorerModel, config.sourceModel];
    const areThere = used.every((key) => key === undefined || project.models[key] !== undefined);
    return areThere && !issues.isTouched(`optimizations.prompt_optimizations.${config.key}`);
  });
  return { ...project, optimizations };
}

interface Context {
  readonly config: Config;
  readonly options: ResolveOptions;
  readonly issues: IssueList;
  readonly datasets: DatasetFinder;
  readonly warnings: string[];
  readonly notes: string[];
}

async function resolveOptimization(
  optimization: OptimizationConfig,
  context: Context,
): Promise<ProjectOptimization | undefined> {
  const { config, options, issues } = context;
  const path = `optimizations.prompt_optimizations.${optimization.key}`;
  const written = config.agents[optimization.agent];
  if (written === undefined || optimization.prompts.some((key) => config.prompts[key] === undefined)) {
    await resolveApart(optimization, context, path);
    return undefined;
  }
  const agent: AgentConfig = written;
  const [optimizer, dataset] = await Promise.all([
    resolveOptimizer(optimization.optimizer, options.catalog, config, issues),
    openDataset(optimization, context, path),
  ]);
  const [first] = dataset?.examples ?? [];
  const isSingleBrace = first !== undefined && isConversationRow(first.inputs);
  const sources = { ...options, issues, notes: context.notes, warnings: context.warnings, isSingleBrace };
  const prompts = await resolvePrompts(optimization, config, sources);
  const templatePath = ({ key }: PlannedPrompt) => `prompts.${key}.${templateKey(`prompts.${key}`, config)}`;
  if (!isSingleBrace) warnOfSingleBraces(prompts, templatePath, config, context.warnings);
  if (prompts.length > 1 && agent.run === undefined) {
    issues.add(
      path,
      `${prompts.length} prompts, but agent "${agent.name}" makes one model call with a single prompt`,
      "set `run` on the agent, so that your application uses each prompt",
    );
  }
  const sourcePrompts = await resolveSourcePrompts(optimization, prompts, config, {
    registry: options.registry,
    issues,
    notes: context.notes,
    dataset,
  });
  const scorers = await resolveScorers(optimization, dataset, config, options, issues);
  if (dataset === undefined) return undefined;
  const splitSpec = config.datasets[optimization.dataset]?.split ?? {
    seed: optimization.seed,
    isGiven: false,
  };
  const isGrouped = config.datasets[optimization.dataset]?.spec.groupBy !== undefined;
  const split = splitExamples(dataset.examples, { ...splitSpec, isGrouped });
  // A faulty engine or scorer does not affect rows and prompts.
  checkRows({
    dataset,
    split,
    prompts,
    issues,
    path,
    warnings: context.warnings,
    isAgent: agent.run !== undefined,
    config,
    templatePath,
  });
  if (scorers === undefined) return undefined;
  await checkScoring({
    dataset,
    scorers: scorers.specs,
    paths: scorers.isDefault ? [`${path}.dataset_name`] : optimization.scorers.map((one) => one.path),
    catalog: options.catalog,
    directory: config.directory,
    issues,
    onBadRow: optimization.onBadRow,
    warnings: context.warnings,
  });
  if (agent.run === undefined && scorers.specs.some(({ use }) => use === "tool_call")) {
    const own = config.models[agent.model]?.spec.parameters.tools ?? [];
    checkTools(dataset, [...agent.tools, ...own], `agents.${agent.key}`, issues);
  }
  if (optimizer === undefined || prompts.length === 0) return undefined;
  context.notes.push(...scorers.notes);
  return {
    config: optimization,
    prompts,
    sourcePrompts,
    agent: {
      key: agent.key,
      tools: agent.tools,
      ...(agent.run === undefined ? {} : { run: shownRun(agent.run, config.directory) }),
    },
    targetModel: agent.model,
    dataset,
    splitSpec,
    split,
    optimizer: optimizer.spec,
    ...(optimizer.estimateSearch === undefined ? {} : { estimateSearch: optimizer.estimateSearch }),
    scorers: scorers.specs,
    isDefaultScorer: scorers.isDefault,
    judgeCalls: scorers.judgeCalls,
  };
}

/** Checks the remaining parts of an optimization whose agent or prompt is missing. */
async function resolveApart(optimization: OptimizationConfig, context: Context, path: string): Promise<void> {
  const { config, options, issues } = context;
  const dataset = await openDataset(optimization, context, path);
  await resolveOptimizer(optimization.optimizer, options.catalog, config, issues);
  await resolveScorers(optimization, dataset, config, options, issues);
}

function shownRun(run: AgentRunSpec, directory: string): AgentRunSpec {
  return run.kind === "module" ? { ...run, path: shownPath(run.path, directory) } : run;
}

async function openDataset(
  optimization: OptimizationConfig,
  { datasets, issues, config, warnings }: Context,
  path: string,
): Promise<Dataset | undefined> {
  if (optimization.dataset === "" || issues.isTouched(`datasets.${optimization.dataset}`)) return undefined;
  try {
    return await datasets.open(optimization.dataset, optimization.onBadRow);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    const declared = `datasets.${optimization.dataset}`;
    if (error instanceof UncachedDatasetError) {
      const message = `unchecked: ${error.message}; a run fetches them`;
      warnings.push(placedWarning(config, declared, message));
      return undefined;
    }
    issues.addError(isWritten(config, declared) ? declared : `${path}.dataset_name`, error);
    return undefined;
  }
}
