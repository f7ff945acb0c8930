import type { JsonObject } from "../core/json.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../core/prompt.ts";
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
  readonly origin: VersionOrigin;
  /** Environments this version is deployed to now. */
  readonly environments: readonly string[];
}

/** A prompt without its versions. */
export interface PromptSummary {
  readonly path: string;
  readonly promptId: string;
  readonly latest: number;
  /** Environment → version number. */
  readonly environments: Readonly<Record<string, number>>;
  readonly updatedAt: string;
  /** Test score of the latest version, when it has one. */
  readonly score?: number;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
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
  readonly by?: string;
  readonly note?: string;
}

/** Damage found by `verify`, and what deserves a word but is none. */
export interface Verification {
  readonly ok: boolean;
  readonly damage: readonly { readonly file: string; readonly message: string }[];
  readonly notes: readonly { readonly file: string; readonly message: string }[];
}

/** Reads only; all that planning and reporting get. Rejects with RegistryError or NotFoundError. */
export interface PromptReader {
  list(filter?: {
    readonly folder?: string;
    readonly environment?: string;
    readonly tag?: string;
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
  /** Oldest first; deleted versions are left out. */
  history(path: string): Promise<readonly PromptVersion[]>;
  deployments(path: string): Promise<readonly Deployment[]>;
  environments(): Promise<readonly string[]>;
}

/** The append-only store of prompt versions. Any number of processes may write at once. */
export interface PromptRegistry extends PromptReader {
  /** Files a version; equal details give the version that is there already (`isNew: false`). */
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

/** A registry with its administration. */
export interface PromptArchive extends PromptRegistry {
  /** In the registry's order, the default one first. */
  environmentRecords(): Promise<readonly Environment[]>;
  /** Adds an environment; one that is there already is given back (`isNew: false`). */
  addEnvironment(name: string): Promise<{ readonly environment: Environment; readonly isNew: boolean }>;
}
