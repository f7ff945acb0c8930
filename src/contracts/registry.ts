import type { JsonObject } from "../core/data/json.ts";
import type { RegistryError } from "../core/errors.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../core/prompt/prompt.ts";
import type { Spend } from "../core/usage.ts";

/** A score with its interval, as stored with a version. */
export interface VersionScore {
  readonly base: number;
  readonly optimized: number;
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly confidence: number;
  readonly rows: number;
}

/** How a version was created, as far as known. */
export interface VersionOrigin {
  readonly parent?: number;
  readonly run?: string;
  readonly engine?: string;
  readonly seed?: number;
  readonly dataDigest?: string;
  readonly models?: Readonly<Record<string, string>>;
  readonly scores?: { readonly validation?: JsonObject; readonly test?: VersionScore };
  /** The gate's verdict. Absent if no gate was measured. */
  readonly gate?: "improved" | "no_proven_improvement" | "regressed";
  readonly spend?: Readonly<Record<string, Spend>>;
}

/** A version to store. */
export interface PromptDraft {
  readonly path: string;
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  readonly model: ModelConfiguration;
  /** Description of the prompt, not the version; replaces the current one. */
  readonly description?: string;
  /** Tags of the prompt; replace the current ones. An empty map changes nothing. */
  readonly tags?: Readonly<Record<string, string>>;
  /** README of the prompt, in Markdown. */
  readonly readme?: string;
  readonly versionName?: string;
  /** The commit message. */
  readonly versionDescription?: string;
  readonly createdBy?: string;
  /** Key of the config's model for calls of this version; not part of its identity. */
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
  /** `prv_…`, derived from the prompt's id and the digest. */
  readonly versionId: string;
  /** SHA-256 of the normalized model configuration and template, 64 hex digits. */
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
  /** Key of the config's model for calls of this version; not part of its identity. */
  readonly modelEntry?: string;
  readonly origin: VersionOrigin;
  /** Environments that this version is currently deployed to. */
  readonly environments: readonly string[];
}

/** A prompt without its versions. */
export interface PromptSummary {
  readonly path: string;
  readonly promptId: string;
  /** Number of the newest version; 0 if all versions were deleted. */
  readonly latest: number;
  /** Environment → version number. */
  readonly environments: Readonly<Record<string, number>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC: the time of the newest version or deployment, whichever is later. */
  readonly updatedAt: string;
  /** Test score of the latest version, if it has one. */
  readonly score?: number;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** README, in Markdown. */
  readonly readme?: string;
}

/** One line of `deployments.jsonl`. */
export interface Deployment {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly environment: string;
  /** Previous version; null for a first deployment. */
  readonly from: number | null;
  /** New version; null if the environment was emptied. */
  readonly to: number | null;
  /** Id of the new version, so that the pointer survives renumbering. */
  readonly versionId?: string;
  /** The deployment was a rollback, so the next rollback goes further back. */
  readonly isRollback?: true;
  readonly by?: string;
  readonly note?: string;
}

/** Damage found by `verify`, and remarks that are not damage. */
export interface Verification {
  readonly ok: boolean;
  readonly damage: readonly {
    readonly file: string;
    readonly message: string;
    /** True if no repair can fix it: the message states what to do by hand. */
    readonly isByHand?: boolean;
  }[];
  readonly notes: readonly { readonly file: string; readonly message: string }[];
}

/** Read access for planning and reporting. Rejects with RegistryError or NotFoundError. */
export interface PromptReader {
  /**
   * Sorted by path. With a limit, reads no more prompts than it returns. Prompts whose versions are all deleted
   * are left out.
   */
  list(filter?: {
    readonly folder?: string;
    readonly environment?: string;
    readonly tag?: string;
    /** Called for each unreadable prompt, which is then left out; without it the list rejects. */
    readonly onDamaged?: (path: string, error: RegistryError) => void;
    /** Number of matching prompts to skip. */
    readonly offset?: number;
    readonly limit?: number;
  }): Promise<readonly PromptSummary[]>;
  /** `path`, `path/3`, `path@3`, `path@production`, `path@latest`, `path@version-name`, `prv_…`, with or without `prompts:/`. */
  get(
    reference: string,
    options?: { readonly defaultSelector?: "latest" | "deployed" },
  ): Promise<PromptVersion>;
  /** Like `get`, but undefined if the prompt or version does not exist. */
  find(
    reference: string,
    options?: { readonly defaultSelector?: "latest" | "deployed" },
  ): Promise<PromptVersion | undefined>;
  /** One prompt without its versions, by path or id (`pr_…`). Rejects with NotFoundError. */
  prompt(reference: string): Promise<PromptSummary>;
  /** Oldest first; without deleted versions. */
  history(path: string): Promise<readonly PromptVersion[]>;
  deployments(path: string): Promise<readonly Deployment[]>;
  environments(): Promise<readonly string[]>;
}

/** The append-only store of prompt versions. Any number of processes may write at once. */
export interface PromptRegistry extends PromptReader {
  /**
   * Stores a version. Equal details return the existing version (`isNew: false`), which gets the draft's
   * version name, description and model entry if it has none.
   */
  upsert(draft: PromptDraft): Promise<{ readonly version: PromptVersion; readonly isNew: boolean }>;
  /** Rejects with ConflictError if the version did not pass its gate, unless forced with a note. */
  deploy(
    reference: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string; readonly force?: boolean },
  ): Promise<Deployment>;
  /** Moves the environment back to its previous version. */
  rollback(
    path: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string },
  ): Promise<Deployment>;
  verify(options?: { readonly repair?: boolean }): Promise<Verification>;
}

/** A name that versions are deployed under. */
export interface Environment {
  /** `env_…`, derived from the name. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC; absent for the default environment of a registry that is not yet written. */
  readonly createdAt?: string;
  /** True for the environment that a first version is deployed to. */
  readonly isDefault: boolean;
}

/** Changes and deletes stored prompts and environments. */
export interface PromptAdministration {
  /**
   * Moves a prompt with its versions and history to another path; its id stays. Rejects with NotFoundError;
   * with ConflictError if the target exists; with UsageError if the path is invalid.
   */
  move(reference: string, path: string): Promise<PromptSummary>;
  /** Describes or tags a prompt. Absent fields stay; null clears the description; tags replace the current ones. */
  describePrompt(
    reference: string,
    changes: {
      readonly description?: string | null;
      readonly tags?: Readonly<Record<string, string>>;
    },
  ): Promise<PromptSummary>;
  /**
   * Names or describes a version. Absent fields stay; null clears them. Rejects with ConflictError if another
   * version of the prompt has the name, and with UsageError if the name would be read as another selector
   * (digits only, an environment, `latest`).
   */
  describeVersion(
    reference: string,
    changes: { readonly versionName?: string | null; readonly versionDescription?: string | null },
  ): Promise<PromptVersion>;
  /** Rejects with ConflictError if the version is deployed. Its number is never reused. */
  deleteVersion(reference: string): Promise<void>;
  /** Deletes the prompt with all versions, even deployed ones. A new prompt at its path gets a new id. */
  deletePrompt(reference: string): Promise<void>;
  /**
   * Empties an environment of a prompt. Rejects with NotFoundError if it is unknown and with ConflictError if
   * it is empty.
   */
  undeploy(
    path: string,
    environment: string,
    options?: { readonly note?: string; readonly by?: string },
  ): Promise<Deployment>;
  /** In the registry's order, the default one first. */
  environmentRecords(): Promise<readonly Environment[]>;
  /** Adds an environment; returns an existing one with `isNew: false`. */
  addEnvironment(name: string): Promise<{ readonly environment: Environment; readonly isNew: boolean }>;
}

/** A registry with its administration. */
export interface PromptArchive extends PromptRegistry, PromptAdministration {}
