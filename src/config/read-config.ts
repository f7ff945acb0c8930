import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { digestOf } from "../core/data/digest.ts";
import { deepFreeze } from "../core/deep-freeze.ts";
import { ConfigError, isDaoOptError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { Config } from "./config.ts";
import { setDefaultProvider } from "./default-provider.ts";
import { leaveOutGenieAgents } from "./genie-agents.ts";
import {
  ignoredAgentKeys,
  ignoredDatasetKeys,
  ignoredModelKeys,
  ignoredOptimizationKeys,
  ignoredPromptKeys,
} from "./layout.ts";
import { normalize } from "./normalize.ts";
import type { PriceFile } from "./price-file.ts";
import { createProblems } from "./problems.ts";
import { type ConfigReferences, createConfigReferences } from "./references.ts";
import { agentRules } from "./rules/agent-rules.ts";
import { datasetRules } from "./rules/dataset-rules.ts";
import { mlflowRules } from "./rules/mlflow-rules.ts";
import { modelRules } from "./rules/model-rules.ts";
import { optimizationRules } from "./rules/optimization-rules.ts";
import { promptRules } from "./rules/prompt-rules.ts";
import type { RuleContext } from "./rules/rule.ts";
import { checkSchema } from "./schema/check-schema.ts";
import type { WrittenConfig } from "./schema/file.ts";
import { createSourcePlaces } from "./source-places.ts";
import { dotted } from "./tree.ts";
import { type EnvironmentVariables, readEnvironment, reasonOf } from "./values/environment.ts";
import { interpolate } from "./values/interpolate.ts";
import { secretValues } from "./values/secret-fields.ts";
import { setValues } from "./values/set-values.ts";
import { readYamlSource } from "./yaml-source.ts";

const rules = [
  ...modelRules,
  ...promptRules,
  ...agentRules,
  ...datasetRules,
  ...optimizationRules,
  ...mlflowRules,
];

/** Reports mistakes that involve more than one field. */
function checkRules(context: RuleContext): void {
  for (const rule of rules) rule(context);
}

const largestFileBytes = 10 * 1024 * 1024;

export interface ReadConfigOptions {
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  /** Read instead of the `.env` next to the config; must exist. */
  readonly envFile?: string | undefined;
  /** Returns the value of an unset variable; if absent, unset variables are mistakes. */
  readonly standIn?: ((name: string) => string) | undefined;
  /** Prices that win over the shipped list. */
  readonly prices?: PriceFile | undefined;
  /** Values of `--set`, each `path=value`. */
  readonly set?: readonly string[] | undefined;
  /** Values of flags; paths are relative to `cwd`. */
  readonly overrides?:
    | {
        readonly registry?: string | undefined;
        readonly state?: string | undefined;
        readonly answers?: string | undefined;
        readonly seed?: number | undefined;
      }
    | undefined;
}

/**
 * Reads and normalizes one YAML config. Rejects with one ConfigError that holds every mistake by
 * file:line:column, including an unreadable file of variables.
 */
export async function readConfig(file: string, options: ReadConfigOptions): Promise<Config> {
  const { config, error } = await examineConfig(file, options);
  if (error !== undefined) throw error;
  return config;
}

export type ExaminedConfig =
  | { readonly config: Config; readonly error?: never }
  /** `config` is the part without mistakes, for finding others; it may reference things that do not exist. */
  | { readonly config?: Config; readonly error: ConfigError };

/** Like `readConfig`, but returns the mistakes together with the usable part of the config. */
export async function examineConfig(file: string, options: ReadConfigOptions): Promise<ExaminedConfig> {
  const { cwd, overrides = {} } = options;
  const path = resolve(cwd, file);
  const places = createSourcePlaces();
  const problems = createProblems(file, places);
  const bytes = await readBytes(path, file);
  const source = readYamlSource(bytes, places, problems, file);
  if (source === undefined) return { error: problems.toError() };

  setValues(source.tree, options.set ?? [], problems);
  const env = await readEnvironment(path, options).catch((error: unknown) => {
    if (!isDaoOptError(error)) throw error;
    if (options.standIn !== undefined) return options.env;
    const file = options.envFile === undefined ? ".env" : "--env-file";
    problems.reportElsewhere({ file, message: error.message, hint: error.hint });
    return options.env;
  });
  const genieAgents = leaveOutGenieAgents(source.tree, problems);
  const { tree, ...filled } = interpolate(source.tree, env, problems, options.standIn);
  setDefaultProvider(tree, source.ignored, problems);
  for (const secret of secretValues(tree)) problems.hide(secret);

  const { file: written, broken, unset } = checkSchema(tree, filled, problems);
  const references = createConfigReferences(written, tree, broken, problems);
  const things = await normalize(written, {
    file: path,
    shownFile: file,
    env,
    references,
    problems,
    prices: options.prices,
    overrides: {
      ...(overrides.registry === undefined ? {} : { registry: resolve(cwd, overrides.registry) }),
      ...(overrides.state === undefined ? {} : { state: resolve(cwd, overrides.state) }),
      ...(overrides.answers === undefined ? {} : { answers: overrides.answers }),
      seed: overrides.seed,
    },
  });
  checkRules({ file: written, references, things, problems });
  if (Object.keys(written.optimizations.training_datasets).length > 0) {
    const section = ["optimizations", "training_datasets"];
    problems.warn(section, "read as part of `datasets`; move its entries there");
  }
  const config = deepFreeze({
    file,
    digest: digestOf([textOf(bytes), [...(options.set ?? [])].sort(), overrides.seed ?? null]),
    directory: dirname(path),
    ...things,
    ignored: [...source.ignored, ...genieAgents, ...ignoredKeys(written, references)],
    unset,
    warnings: [...problems.warnings],
    environment: () => env,
    locate: places.locate,
  });
  return problems.isEmpty ? { config } : { config, error: problems.toError() };
}

/** Git may check out a file with other line breaks. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8").replaceAll("\r\n", "\n");
}

async function readBytes(path: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > largestFileBytes) {
      const message = `the file is too large: ${(size / 1024 / 1024).toFixed(1)} MB`;
      throw new ConfigError([
        { file, path: "", message, hint: "a config may have at most 10 MB; move rows into a data file" },
      ]);
    }
    return await readFile(path);
  } catch (cause) {
    if (isDaoOptError(cause)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const hint = code === "ENOENT" ? await missingHint(path, file) : "give the path of a YAML file";
    throw new ConfigError([{ file, path: "", message: reasonOf(code), hint }], { cause });
  }
}

/** Names a similar file of the folder, if there is one. */
async function missingHint(path: string, file: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => []);
  const near = nearNames(
    basename(path),
    names.filter((name) => /\.ya?ml$/i.test(name)),
    1,
  )[0];
  if (near === undefined) return "run `dao-opt init` to create one";
  return `did you mean ${join(dirname(file), near)}?`;
}

/** dao-ai's keys on models, prompts, agents, datasets and optimizations that have no effect. */
function ignoredKeys(file: WrittenConfig, references: ConfigReferences): string[] {
  const optimizations = Object.entries(file.optimizations.prompt_optimizations).map(([key, written]) => ({
    path: ["optimizations", "prompt_optimizations", key],
    written,
  }));
  const kinds = [
    { things: references.model.things.values(), keys: ignoredModelKeys },
    { things: references.prompt.things.values(), keys: ignoredPromptKeys },
    { things: references.agent.things.values(), keys: ignoredAgentKeys },
    { things: references.dataset.things.values(), keys: ignoredDatasetKeys },
    { things: optimizations, keys: ignoredOptimizationKeys },
  ];
  return kinds.flatMap(({ things, keys }) =>
    [...things].flatMap(({ path, written }) =>
      keys.filter((key) => Object.hasOwn(written, key)).map((key) => dotted([...path, key])),
    ),
  );
}
