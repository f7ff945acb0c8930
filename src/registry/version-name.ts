import { ConflictError } from "../core/errors.ts";
import { checkVersionName } from "./reserved-names.ts";
import type { VersionRecord } from "./shelf.ts";

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
