import { resolve } from "node:path";
import { ConflictError } from "../../core/errors.ts";
import { detailsToJson } from "../../formats/prompt-file/prompt-details.ts";
import { createDiskStorage } from "../disk/disk-storage.ts";
import { settledRead } from "../lookup/prompt-reader.ts";
import { deploymentKeys } from "../records/deployment-lines.ts";
import { promptKeys } from "../records/prompt-yaml.ts";
import { environmentKeys } from "../records/registry-yaml.ts";
import { versionKeys } from "../records/version-yaml.ts";
import type { PromptEntry, RegistryStorage } from "../registry-storage.ts";
import { humanloopDocument } from "./humanloop-document.ts";
import { readHumanloopFiles } from "./humanloop-files.ts";
import { type ImportPlan, planImport } from "./plan-import.ts";
import { documentFormat, parseRegistryDocument, type RegistryDocument } from "./registry-document.ts";

const shownConflicts = 20;

/** The result of an import. */
export interface RegistryImportReport {
  /** Paths of new prompts. */
  readonly added: readonly string[];
  /** Paths of prompts with new versions or deployments. */
  readonly extended: readonly string[];
  /** Paths of unchanged prompts. */
  readonly unchanged: readonly string[];
  /** Number of new versions, including tombstones. */
  readonly versions: number;
  readonly deployments: number;
  /** Differences resolved in favor of this registry, and data that could not be imported. */
  readonly notes: readonly string[];
}

/**
 * Imports a registry export with its ids. Rejects with ConflictError listing all conflicts, before anything
 * is written. An interrupted import leaves only whole prompts; repeating it continues.
 */
async function importRegistry(
  storage: RegistryStorage,
  document: RegistryDocument,
): Promise<RegistryImportReport> {
  return storage.write(async (writer) => {
    const plan = await planImport(storage, document);
    if (plan.conflicts.length > 0) throw conflict(plan.conflicts);
    if (plan.environments !== undefined) await writer.saveSettings({ environments: plan.environments });
    for (const { path, ...whole } of plan.added) await writer.place(path, whole);
    for (const { path, versions, deployments } of plan.extended) {
      for (const { record, details } of versions) {
        if (record.deletedAt !== undefined || details === undefined)
          await writer.writeTombstone(path, record);
        else await writer.file({ path, record, details });
      }
      for (const deployment of deployments) await writer.addDeployment(path, deployment);
    }
    return reportOf(plan);
  });
}

function reportOf({ added, extended, unchanged, notes }: ImportPlan): RegistryImportReport {
  const all = [...added, ...extended];
  return Object.freeze({
    added: added.map(({ path }) => path),
    extended: extended.map(({ path }) => path),
    unchanged,
    versions: all.reduce((sum, { versions }) => sum + versions.length, 0),
    deployments: all.reduce((sum, { deployments }) => sum + deployments.length, 0),
    notes,
  });
}

function conflict(conflicts: readonly string[]): ConflictError {
  const shown = conflicts.slice(0, shownConflicts);
  const rest = conflicts.length - shown.length;
  const lines = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
  return new ConflictError(`nothing was imported:\n${lines.map((line) => `  ${line}`).join("\n")}`, {
    hint: "import into another folder with --registry, or move the conflicting prompts",
  });
}

/** Export and import of a whole registry. */
export interface RegistryTransfer {
  /** Chunks of one JSON document. Rejects with RegistryError if a version is unreadable. */
  export(): AsyncGenerator<string>;
  /** Imports an export. Rejects with ConfigError if invalid, ConflictError on conflicts. */
  importDocument(text: string, file: string): Promise<RegistryImportReport>;
  /** Imports a Humanloop export folder. Rejects like `importDocument`. */
  importHumanloop(folder: string): Promise<RegistryImportReport>;
}

export function openTransfer(directory: string): RegistryTransfer {
  return createTransfer(createDiskStorage(resolve(directory)));
}

export function createTransfer(storage: RegistryStorage): RegistryTransfer {
  return Object.freeze({
    export: () => exportRegistry(storage),
    importDocument: async (text, file) => importRegistry(storage, parseRegistryDocument(text, file)),
    async importHumanloop(folder) {
      const { document, notes } = humanloopDocument(readHumanloopFiles(folder));
      const report = await importRegistry(storage, document);
      return { ...report, notes: [...notes, ...report.notes] };
    },
  } satisfies RegistryTransfer);
}

/**
 * Exports the registry as chunks of one JSON document: environments, prompts with ids, versions with details,
 * tombstones and deployments. Deterministic, one prompt per line. Rejects with RegistryError if a version was
 * edited.
 */
async function* exportRegistry(storage: RegistryStorage): AsyncGenerator<string> {
  const { environments } = await storage.settings();
  const named = environments.map(environmentKeys);
  yield `{"dao_opt_registry":${documentFormat},\n"environments":${JSON.stringify(named)},\n"prompts":[`;
  let isFirst = true;
  for await (const entry of storage.prompts()) {
    const prompt = await settledRead(() => promptJson(storage, entry));
    if (prompt === undefined) continue;
    yield `${isFirst ? "\n" : ",\n"}${JSON.stringify(prompt)}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

async function promptJson(
  storage: RegistryStorage,
  { path, numbers }: PromptEntry,
): Promise<object | undefined> {
  const prompt = await storage.prompt(path);
  if (prompt === undefined) return undefined;
  const versions: object[] = [];
  for (const number of numbers) {
    const record = await storage.version(path, number);
    const isDeleted = record.deletedAt !== undefined;
    const details = isDeleted ? {} : { prompt: detailsToJson(await storage.details(path, record)) };
    versions.push({ ...versionKeys(record), ...details });
  }
  const deployments = (await storage.deployments(path)).map(deploymentKeys);
  return { path, ...promptKeys(prompt), versions, deployments };
}
