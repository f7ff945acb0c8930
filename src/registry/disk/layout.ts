import { join } from "node:path";

/** Names of the registry's files. */
export const settingsFile = (root: string): string => join(root, "registry.yaml");
export const lockOf = (root: string): string => join(root, ".lock");
/** Pending steps of a move or deletion. */
export const pendingFile = (root: string): string => join(root, ".pending.yaml");
/** Holds files set aside; readers ignore it. */
export const asideFolder = (root: string): string => join(root, ".set-aside");

export const promptFile = (folder: string): string => join(folder, "prompt.yaml");
export const logFile = (folder: string): string => join(folder, "deployments.jsonl");
export const recordFile = (folder: string, version: number): string => join(folder, `v${version}.yaml`);
export const detailsFile = (folder: string, version: number): string => join(folder, `v${version}.prompt`);

/** `v12.yaml` → 12; undefined for any other name. */
export function recordNumber(name: string): number | undefined {
  const digits = /^v([1-9]\d{0,8})\.yaml$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** `v12.prompt` → 12; undefined for any other name. */
export function detailsNumber(name: string): number | undefined {
  const digits = /^v([1-9]\d{0,8})\.prompt$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** True for the name of a file of the prompt in its folder. */
export function isOwnFile(name: string): boolean {
  const isVersion = recordNumber(name) !== undefined || detailsNumber(name) !== undefined;
  return isVersion || name === "prompt.yaml" || name === "deployments.jsonl";
}
