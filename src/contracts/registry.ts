import type { JsonObject } from "../core/data/json.ts";
import type { RegistryError } from "../core/errors.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../core/prompt/prompt.ts";
import type { Spend } from "../core/usage.ts";

/** A score with its interval, as filed with a version. */
export interface VersionScore {
  readonly base: number;
  readonly optimized: number;
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly confidence: number;
  readonly rows: number;
}

/** What is known of how a version came to be. */
export interface VersionOrigin {
  readonly parent?: number;
  readonly run?: string;
  readonly engine?: string;
  readonly seed?: number;
  readonly dataDigest?: string;
  readonly models?: Readonly<Record<string, string>>;
  readonly scores?: { readonly validation?: JsonObject; readonly test?: VersionScore };
  /** Did the gate pass? Absent when no gate was measured. */
  readonly gate?: "improved" | "no_proven_improvement" | "regressed";
  readonly spend?: Readonly<Record<string, Spend>>;
}

/** What is to be filed. */
export interface PromptDraft {
  readonly path: string;
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  readonly model: ModelConfiguration;
  /** Of the prompt, not of the version: replaces the one it has. */
  readonly description?: string;
  /** Of the prompt: replace the ones it has; an empty map leaves them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Of the prompt: Markdown for its readers. */
  readonly readme?: string;
  readonly versionName?: string;
  /** The commit message. */
  readonly versionDescription?: string;
  readonly createdBy?: string;
  /** Key of the config's model that the version is called with; no part of its identity. */
  readonly modelEntry?: string;
  readonly origin?: VersionOrigin;
}

/** One immutable version. */
export interface PromptVersion {
  readonly path: string;
  /** Id of the prompt, `pr_…`. */
  readonly promptId: string;
  /** 1, 2, 3 … per prompt, without gaps, never reused. */
  readonly version: number;
  /** `prv_…`, from the prompt's id and the digest. */
  readonly versionId: string;
  /** SHA-256 of the normalised model configuration and template, 64 hex digits. */
  readonly digest: string;
  /** `prompts:/main/default/sentiment_classifier/2` */
  readonly uri: string;
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  readonly model: ModelConfiguration;
  readonly versionName?: string;
  readonly versionDescription?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly createdBy?: string;
  /** Key of the config's model that the version is called with; no part of its identity. */
  readonly modelEntry?: string;
  readonly origin: VersionOrigin;
  /** Environments this version is deployed to now. */
  readonly environments: readonly string[];
}

/** A prompt without its versions. */
export interface PromptSummary {
  readonly path: string;
  readonly promptId: string;
  /** Number of the newest version; 0 when all of them were deleted. */
  readonly latest: number;
  /** Environment → version number. */
  readonly environments: Readonly<Record<string, number>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC: the newest version or the newest deployment, whichever is later. */
  readonly updatedAt: string;
  /** Test score of the latest version, when it has one. */
  readonly score?: number;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Markdown for its readers. */
  readonly readme?: string;
}

/** One line of `deployments.jsonl`. */
export interface Deployment {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly environment: string;
  /** Version before; null for a first deployment. */
  readonly from: number | null;
  /** Version now; null when the environment was emptied. */
  readonly to: number | null;
  /** Id of the version now, so that a pointer survives a renumbering. */
  readonly versionId?: string;
  /** It undid the deployment before it, so that the next rollback goes further back. */
  readonly isRollback?: true;
  readonly by?: string;
  readonly note?: string;
}

/** Damage found by `verify`, and what deserves a word but is none. */
export interface Verification {
  readonly ok: boolean;
  readonly damage: readonly {
    readonly file: string;
    readonly message: string;
    /** True for what no repair mends: the message says what a person has to do. */
    readonly isByHand?: boolean;
  }[];
  readonly notes: readonly { readonly file: string; readonly message: string }[];
}

/** Reads only; all that planning and reporting get. Rejects with RegistryError or NotFoundError. */
export interface PromptReader {
  /** By path. With a limit no more is read than is given; prompts whose versions are all deleted are left out. */
  list(filter?: {
    readonly folder?: string;
    readonly environment?: string;
    readonly tag?: string;
    /** Called with a prompt that cannot be read, which is left out then; without it the list rejects. */
    readonly onDamaged?: (path: string, error: RegistryError) => void;
    /** So many of those that match are passed over. */
    readonly offset?: number;
    readonly limit?: number;
  }): Promise<readonly PromptSummary[]>;
  /** `path`, `path/3`, `path@3`, `path@production`, `path@latest`, `path@version-name`, `prv_…`, with or without `prompts:/`. */
  get(
    reference: string,
    options?: { readonly defaultSelector?: "latest" | "deployed" },
  ): Promise<PromptVersion>;
  /** As `get`, but undefined when the prompt or version is not there. */
  find(
    reference: string,
    options?: { readonly defaultSelector?: "latest" | "deployed" },
  ): Promise<PromptVersion | undefined>;
  /** One prompt without its versions, by its path or its id (`pr_…`). Rejects with NotFoundError. */
  prompt(reference: string): Promise<PromptSummary>;
  /** Oldest first; deleted versions are left out. */
  history(path: string): Promise<readonly PromptVersion[]>;
  deployments(path: string): Promise<readonly Deployment[]>;
  environments(): Promise<readonly string[]>;
}

/** The append-only store of prompt versions. Any number of processes may write at once. */
export interface PromptRegistry extends PromptReader {
  /**
   * Files a version; equal details give the version that is there already (`isNew: false`). That one takes the
   * draft's version name, description and model entry where it has none.
   */
  upsert(draft: PromptDraft): Promise<{ readonly version: PromptVersion; readonly isNew: boolean }>;
  /** Refused (ConflictError) when the version's gate did not pass, unless forced with a note. */
  deploy(
    reference: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string; readonly force?: boolean },
  ): Promise<Deployment>;
  /** Moves the environment back to the version it held before. */
  rollback(
    path: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string },
  ): Promise<Deployment>;
  verify(options?: { readonly repair?: boolean }): Promise<Verification>;
}

/** A name that prompts' versions are deployed under. */
export interface Environment {
  /** `env_…`, from the name. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC; absent for the default one of a registry not yet written. */
  readonly createdAt?: string;
  /** True for the one environment that a first version is deployed to. */
  readonly isDefault: boolean;
}

/** What changes or takes away what is filed, and the environments. */
export interface PromptAdministration {
  /**
   * Moves a prompt, its versions and history to another path; its id stays. NotFoundError; ConflictError
   * when there is a prompt already; UsageError for a path that cannot be used.
   */
  move(reference: string, path: string): Promise<PromptSummary>;
  /**
   * Names or describes a version; what is not given stays, null takes it away. ConflictError when another
   * version of the prompt has the name; UsageError for a name that reads as another selector (digits only,
   * an environment, `latest`).
   */
  describeVersion(
    reference: string,
    changes: { readonly versionName?: string | null; readonly versionDescription?: string | null },
  ): Promise<PromptVersion>;
  /** ConflictError when the version is deployed; its number is never given again. */
  deleteVersion(reference: string): Promise<void>;
  /** The whole prompt with its versions, deployed or not. A new one at its path gets an id of its own. */
  deletePrompt(reference: string): Promise<void>;
  /** Empties an environment of a prompt. NotFoundError for an unknown one; ConflictError when it is empty. */
  undeploy(
    path: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string },
  ): Promise<Deployment>;
  /** In the registry's order, the default one first. */
  environmentRecords(): Promise<readonly Environment[]>;
  /** Adds an environment; one that is there already is given back (`isNew: false`). */
  addEnvironment(name: string): Promise<{ readonly environment: Environment; readonly isNew: boolean }>;
}

/** A registry with its administration. */
export interface PromptArchive extends PromptRegistry, PromptAdministration {}
