import { ConflictError } from "../../core/errors.ts";
import type { RegistryStorage } from "../registry-storage.ts";
import { type ImportPlan, planImport } from "./plan-import.ts";
import type { RegistryDocument } from "./registry-document.ts";

const shownConflicts = 20;

/** What an import did. */
export interface RegistryImportReport {
  /** Paths of prompts that are new here. */
  readonly added: readonly string[];
  /** Paths of prompts that got more versions or deployments. */
  readonly extended: readonly string[];
  /** Paths of prompts that had everything already. */
  readonly unchanged: readonly string[];
  /** Versions that are new here, tombstones included. */
  readonly versions: number;
  readonly deployments: number;
  /** What was settled in favour of what is here, and what could not be carried over. */
  readonly notes: readonly string[];
}

/**
 * Takes a registry's export into another one, ids and all. Nothing is written when anything conflicts: then it
 * rejects with ConflictError naming everything. A killed import leaves whole prompts only; the same import
 * again goes on with the rest.
 */
export async function importRegistry(
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
    hint: "import into another folder with --registry, or move what is in the way",
  });
}
