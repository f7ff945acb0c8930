import { readdirSync } from "node:fs";
import { detailsNumber, recordNumber } from "../disk/layout.ts";
import { checkDeployments } from "./check-deployments.ts";
import { checkEntries } from "./check-entries.ts";
import type { PromptWithIds } from "./check-ids.ts";
import { checkPrompt } from "./check-prompt.ts";
import { checkVersions } from "./check-versions.ts";
import type { Finding, Inspection } from "./finding.ts";

export interface FolderChecked {
  readonly findings: readonly Finding[];
  /** Set when the folder is a prompt's. */
  readonly prompt?: PromptWithIds;
}

/** Everything in one folder, the folders in it left out. */
export function checkFolder(
  inspection: Inspection,
  folder: string,
  environments: readonly string[] | undefined,
): FolderChecked {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isOnTheMove = inspection.unfinished?.includes(folder) === true;
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const around = checkEntries(inspection, folder, entries);
  const hasVersions = names.some((name) => recordNumber(name) !== undefined);
  const isPrompt =
    hasVersions || names.includes("prompt.yaml") || names.some((name) => detailsNumber(name) === 1);
  if (!isPrompt || folder === inspection.directory) return { findings: around };
  // The rest of a prompt that is moved or deleted, which the next writer clears away.
  if (isOnTheMove && !names.includes("prompt.yaml")) return { findings: around };
  const prompt = checkPrompt(inspection, folder, hasVersions);
  const versions = checkVersions(inspection, folder, names, prompt.record);
  // Without a version the first line of the log was written ahead of the version it speaks of.
  const moves = hasVersions ? checkDeployments(inspection, folder, versions.records, environments) : [];
  return {
    findings: [...around, ...prompt.findings, ...versions.findings, ...moves],
    ...(prompt.record === undefined
      ? {}
      : { prompt: { folder, record: prompt.record, versions: versions.records } }),
  };
}
