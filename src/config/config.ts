import type { AgentRunSpec } from "../contracts/agent.ts";
import type { DatasetSpec } from "../contracts/dataset-store.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { BudgetSpec, GateSpec, SplitSpec } from "../contracts/run-plan.ts";
import type { JsonObject } from "../core/data/json.ts";
import type { Template, TemplateLanguage } from "../core/prompt/prompt.ts";
import type { Secret } from "../core/text/secret.ts";
import type { SourcePlace, Stretch } from "./source-places.ts";

/**
 * A normalized config: everything has a key, every reference is an existing key (or the name of a dataset to
 * look up later), every default is filled in, and every path is absolute.
 */
export interface Config {
  /** As given on the command line, for messages. */
  readonly file: string;
  /** Of the file's text, `--set` and `--seed`: equal for runs with different `--only`, in any folder. */
  readonly digest: string;
  /** Absolute folder of the file. */
  readonly directory: string;
  readonly models: Readonly<Record<string, ModelConfig>>;
  readonly prompts: Readonly<Record<string, PromptConfig>>;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly datasets: Readonly<Record<string, DatasetConfig>>;
  readonly optimizations: Readonly<Record<string, OptimizationConfig>>;
  /** Absolute path. */
  readonly registryPath: string;
  /** Winners are pushed to MLflow: to the server of `tracking`, or to this address. */
  readonly registryMlflow?: true | string;
  readonly tracking?: {
    /** Address of an MLflow server, or `databricks`. */
    readonly mlflow: string;
    readonly experiment: string;
  };
  /** Address of the queue of workers, with its password. */
  readonly workersQueue?: Secret;
  /** The environment and `.env`; a function, so that no copy of a config holds its secrets. */
  environment(): Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly statePath: string;
  /** Addresses of databases, which may hold passwords. Absent: in the state folder. */
  readonly answersUrl?: Secret;
  readonly tracesUrl?: Secret;
  /** dao-ai sections that were read and ignored. */
  readonly ignored: readonly string[];
  /**
   * Dotted paths of fields that take no text and whose variable is unset. With stand-ins, they hold a value
   * that the schema allows.
   */
  readonly unset: readonly string[];
  readonly warnings: readonly {
    readonly line?: number;
    readonly column?: number;
    readonly message: string;
  }[];
  /** Place in the file of a dotted config path, or of a stretch of its text, for problems found later. */
  locate(path: string, stretch?: Stretch): SourcePlace | undefined;
}

export interface ModelConfig {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
}

export interface PromptConfig {
  readonly key: string;
  /** Folders (catalog/schema, if given) and name. */
  readonly path: string;
  readonly description?: string;
  /** Absent if only the registry has it. */
  readonly template?: Template;
  readonly templateLanguage: TemplateLanguage;
  /** At most one of the two. `config`: always the template here, not the registry's. */
  readonly version?: number | "config";
  readonly alias?: string;
  readonly locked: readonly string[];
  readonly maxPromptTokens?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AgentConfig {
  readonly key: string;
  readonly name: string;
  /** Key of a model. */
  readonly model: string;
  /** Key of a prompt. */
  readonly prompt?: string;
  readonly tools: readonly JsonObject[];
  readonly run?: AgentRunSpec;
}

/** Rows in MLflow: an evaluation dataset, or the traces of an experiment. */
export type MlflowRowsReference =
  | { readonly name: string }
  | { readonly datasetId: string }
  | { readonly experiment: string; readonly filter?: string };

/** A dataset whose rows may have to be fetched. */
export type DeclaredDataset = Omit<DatasetSpec, "source"> & {
  readonly source:
    | DatasetSpec["source"]
    | { readonly kind: "mlflow"; readonly reference: MlflowRowsReference };
};

export interface DatasetConfig {
  readonly key: string;
  readonly spec: DeclaredDataset;
  readonly split: SplitSpec;
}

/** A plugin as named in the file; `project` checks the options. */
export interface PluginUse {
  readonly use: string;
  readonly options: JsonObject;
  /** Config path of the plugin, for problems with its options. */
  readonly path: string;
}

/** A scorer of an optimization. */
export interface ScorerUse extends PluginUse {
  readonly weight: number;
  /** Reference of a registered prompt that replaces a judge's rules. */
  readonly prompt?: string;
}

export interface OptimizationConfig {
  readonly key: string;
  readonly name: string;
  /** Keys of prompts, at least one. */
  readonly prompts: readonly string[];
  /** Key of an agent. */
  readonly agent: string;
  /** Key of `datasets`, or the name of a dataset collected earlier. */
  readonly dataset: string;
  /** Keys of models; default: the agent's model. */
  readonly reflectionModel: string;
  readonly scorerModel: string;
  readonly sourceModel?: string;
  /** As written: key, path or URI of the prompt that the source model runs. */
  readonly sourcePrompt?: string;
  readonly candidatesPerStep: number;
  /** null if only `budget` is set. */
  readonly maxSteps: number | null;
  /** The value set here, else the reflection model's own, else 0. */
  readonly reflectionTemperature: number;
  /** The user did not set it: known reasoning models do not receive it. */
  readonly isReflectionTemperatureDefault?: true;
  readonly optimizer: PluginUse;
  /** Empty: the default scorer depends on the data. */
  readonly scorers: readonly ScorerUse[];
  readonly budget: BudgetSpec;
  readonly gate: GateSpec;
  readonly objectives: { readonly quality: number; readonly promptTokens: number };
  readonly select: { readonly kind: "best" } | { readonly kind: "cheapest_within"; readonly margin: number };
  readonly patience: number;
  readonly onBadRow: "fail" | "skip";
  readonly maxErrorRate: number;
  readonly deployTo?: string;
  readonly seed: number;
}
