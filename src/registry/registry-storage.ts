import type { Deployment, VersionOrigin } from "../contracts/registry.ts";
import type { PromptDetails } from "../formats/prompt-file/prompt-details.ts";

/** A prompt without its versions. */
export interface PromptRecord {
  readonly id: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly readme?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A version without its details; with `deletedAt` a tombstone that keeps the number. */
export interface VersionRecord {
  readonly version: number;
  readonly versionId: string;
  readonly digest: string;
  readonly versionName?: string;
  readonly versionDescription?: string;
  readonly createdAt: string;
  readonly createdBy?: string;
  /** Config key of the model to call the version with. */
  readonly modelEntry?: string;
  readonly origin: VersionOrigin;
  readonly deletedAt?: string;
}

export interface EnvironmentRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt?: string;
}

/** The first environment is the default one; the list is never empty. */
export interface RegistrySettings {
  readonly environments: readonly EnvironmentRecord[];
}

/** A new version with everything to write together with it. */
export interface NewVersion {
  readonly path: string;
  readonly record: VersionRecord;
  readonly details: PromptDetails;
  /** For a first version: the prompt and its first deployment. */
  readonly prompt?: PromptRecord;
  readonly deployment?: Deployment;
}

/** A prompt with all its data. */
export interface WholePrompt {
  readonly prompt: PromptRecord;
  /** Ascending from 1 without gaps; tombstones have no details. */
  readonly versions: readonly { readonly record: VersionRecord; readonly details?: PromptDetails }[];
  /** Oldest first. */
  readonly deployments: readonly Deployment[];
}

/** Stores a registry. Its rules are implemented above, once for all storages. */
export interface RegistryStorage {
  /**
   * Prompts with a version, lazily in order of paths: reading the first fifty of ten thousand reads fifty
   * folders. Limited to a folder and its subfolders if given.
   */
  prompts(folder?: string): AsyncIterable<PromptEntry>;
  /** Paths of prompts that may have an id (`pr_…`, `prv_…`). Never misses one. */
  carriers(id: string): Promise<readonly string[]>;
  /** Version numbers of a prompt with tombstones, ascending; empty if there is no prompt. */
  numbers(path: string): Promise<readonly number[]>;
  /** Undefined if there is no such prompt. */
  prompt(path: string): Promise<PromptRecord | undefined>;
  version(path: string, version: number): Promise<VersionRecord>;
  /** Rejects with RegistryError if the details do not match the record's digest. */
  details(path: string, record: VersionRecord): Promise<PromptDetails>;
  /** Oldest first. */
  deployments(path: string): Promise<readonly Deployment[]>;
  settings(): Promise<RegistrySettings>;
  /** Runs the work with an exclusive lock across processes. */
  write<T>(work: (writer: RegistryWriter) => Promise<T>): Promise<T>;
}

export interface PromptEntry {
  readonly path: string;
  readonly numbers: readonly number[];
}

/** The write operations, usable only inside `RegistryStorage.write`. Each call is atomic. */
export interface RegistryWriter {
  file(newVersion: NewVersion): Promise<void>;
  savePrompt(path: string, record: PromptRecord): Promise<void>;
  saveVersion(path: string, record: VersionRecord): Promise<void>;
  addDeployment(path: string, deployment: Deployment): Promise<void>;
  /** Writes a whole new prompt atomically. */
  place(path: string, whole: WholePrompt): Promise<void>;
  /** Moves a prompt with all its data atomically. `at` is now. */
  move(path: string, to: string, at: string): Promise<void>;
  /** Deletes a prompt with all its data. Prompts in subfolders stay. */
  remove(path: string): Promise<void>;
  /** Writes a tombstone; removes the details of an existing version. */
  writeTombstone(path: string, tombstone: VersionRecord): Promise<void>;
  saveSettings(settings: RegistrySettings): Promise<void>;
}

/** Author and clock of writes. */
export interface RegistryClock {
  /** ISO 8601, UTC. */
  now(): string;
  /** Default author. */
  readonly by?: string;
}

export interface RegistryOptions {
  readonly now?: () => Date;
  readonly by?: string;
}

export function registryClock({ now = () => new Date(), by }: RegistryOptions): RegistryClock {
  return { now: () => now().toISOString(), ...(by === undefined ? {} : { by }) };
}
