import type { Deployment, VersionOrigin } from "../contracts/registry.ts";
import type { PromptDetails } from "../formats/prompt-file/prompt-details.ts";

/** What is known of a prompt besides its versions. */
export interface PromptRecord {
  readonly id: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly readme?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What is known of a version besides its details; with `deletedAt` it is a tombstone that keeps the number. */
export interface VersionRecord {
  readonly version: number;
  readonly versionId: string;
  readonly digest: string;
  readonly versionName?: string;
  readonly versionDescription?: string;
  readonly createdAt: string;
  readonly createdBy?: string;
  /** Key of the config's model that the version is called with. */
  readonly modelEntry?: string;
  readonly origin: VersionOrigin;
  readonly deletedAt?: string;
}

export interface EnvironmentRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt?: string;
}

/** The first environment is the default one; there is always one. */
export interface RegistrySettings {
  readonly environments: readonly EnvironmentRecord[];
}

/** A new version with everything that must appear together with it. */
export interface NewVersion {
  readonly path: string;
  readonly record: VersionRecord;
  readonly details: PromptDetails;
  /** For a prompt's first version: the prompt itself, and its first deployment. */
  readonly prompt?: PromptRecord;
  readonly deployment?: Deployment;
}

/** A prompt with everything that is its own. */
export interface WholePrompt {
  readonly prompt: PromptRecord;
  /** Ascending, from 1 and without gaps; tombstones have no details. */
  readonly versions: readonly { readonly record: VersionRecord; readonly details?: PromptDetails }[];
  /** Oldest first. */
  readonly deployments: readonly Deployment[];
}

/** Where a registry keeps its things; what they mean is decided above it, once for every shelf. */
export interface RegistryStorage {
  /** Prompts that have a version, in order of their paths; of one folder and those below it when one is given. */
  prompts(folder?: string): AsyncIterable<PromptEntry>;
  /** Paths of prompts that may carry an id (`pr_…`, `prv_…`); none that carries it is left out. */
  carriers(id: string): Promise<readonly string[]>;
  /** The numbers of a prompt's versions, tombstones included, ascending; empty for no prompt. */
  numbers(path: string): Promise<readonly number[]>;
  /** Undefined when there is no such prompt. */
  prompt(path: string): Promise<PromptRecord | undefined>;
  version(path: string, version: number): Promise<VersionRecord>;
  /** Rejects with RegistryError when the details no longer have the record's digest. */
  details(path: string, record: VersionRecord): Promise<PromptDetails>;
  /** Oldest first. */
  deployments(path: string): Promise<readonly Deployment[]>;
  settings(): Promise<RegistrySettings>;
  /** Runs the work while no other writer, of this process or another, is at it. */
  write<T>(work: (writer: RegistryWriter) => Promise<T>): Promise<T>;
}

export interface PromptEntry {
  readonly path: string;
  readonly numbers: readonly number[];
}

/** The writing side, open only inside `Shelf.write`. Each call is whole or leaves nothing. */
export interface RegistryWriter {
  file(newVersion: NewVersion): Promise<void>;
  savePrompt(path: string, record: PromptRecord): Promise<void>;
  saveVersion(path: string, record: VersionRecord): Promise<void>;
  addDeployment(path: string, deployment: Deployment): Promise<void>;
  /** Puts a whole prompt where none is; readers see all of it or nothing. */
  place(path: string, whole: WholePrompt): Promise<void>;
  /** Moves a prompt with everything that is its own; readers see it at one place or the other. `at` is now. */
  move(path: string, to: string, at: string): Promise<void>;
  /** Takes a prompt away with everything that is its own; prompts in folders below it stay. */
  remove(path: string): Promise<void>;
  /** Files a tombstone, in place of a version when there is one: its details are taken away. */
  writeTombstone(path: string, tombstone: VersionRecord): Promise<void>;
  saveSettings(settings: RegistrySettings): Promise<void>;
}

/** Who writes, and when. */
export interface RegistryClock {
  /** ISO 8601, UTC. */
  now(): string;
  /** Filed as the author where none is given. */
  readonly by?: string;
}

export interface RegistryOptions {
  readonly now?: () => Date;
  readonly by?: string;
}

export function registryClock({ now = () => new Date(), by }: RegistryOptions): RegistryClock {
  return { now: () => now().toISOString(), ...(by === undefined ? {} : { by }) };
}
