import { ConflictError } from "../../core/errors.ts";
import type { VersionRecord } from "../registry-storage.ts";
import { checkVersionName } from "./reserved-names.ts";

/**
 * Throws UsageError for a name that reads as another selector, ConflictError when a version of other details
 * has it.
 */
export function checkFreeName(
  name: string,
  environments: readonly string[],
  records: readonly VersionRecord[],
  digest: string,
  path: string,
): void {
  checkVersionName(name, environments);
  const owner = records.find(({ versionName }) => versionName === name);
  if (owner === undefined || owner.digest === digest) return;
  throw new ConflictError(`version name "${name}" of ${path} is taken by version ${owner.version}`, {
    hint: "choose another name, or rename that version with: dao-opt registry rename-version",
  });
}

/** Throws ConflictError when the version that a draft's details are has another name than the draft gives. */
export function checkOtherName(
  equal: VersionRecord | undefined,
  name: string | undefined,
  path: string,
): void {
  if (equal?.versionName === undefined || name === undefined || name === equal.versionName) return;
  throw new ConflictError(
    `these details are version ${equal.version} of ${path} already, and its name is "${equal.versionName}", not "${name}"`,
    { hint: "rename that version with: dao-opt registry rename-version" },
  );
}
