import type { PromptAdministration, PromptVersion } from "../../contracts/registry.ts";
import { ConflictError, UsageError } from "../../core/errors.ts";
import { findVersion, liveVersions } from "../lookup/find-version.ts";
import { deployedVersions } from "../lookup/held-versions.ts";
import { readVersion } from "../lookup/prompt-reader.ts";
import { parseReference } from "../lookup/reference.ts";
import type { RegistryClock, RegistryStorage, VersionRecord } from "../registry-storage.ts";
import { checkVersionName } from "./reserved-names.ts";

type Changes = Parameters<PromptAdministration["describeVersion"]>[1];

/** Changes the name or description of a version; nothing else is mutable. */
export async function describeVersion(
  storage: RegistryStorage,
  reference: string,
  changes: Changes,
): Promise<PromptVersion> {
  return storage.write(async (writer) => {
    const found = await findVersion(storage, reference, "latest");
    const { environments } = await storage.settings();
    const names = environments.map(({ name }) => name);
    const { path, record } = found;
    if (typeof changes.versionName === "string") {
      checkFreeName(changes.versionName, names, await liveVersions(storage, path), record.digest, path);
    }
    const next = described(record, changes);
    await writer.saveVersion(path, next);
    return readVersion(storage, { ...found, record: next });
  });
}

function described(record: VersionRecord, changes: Changes): VersionRecord {
  const { versionName, versionDescription, ...kept } = record;
  const name = changes.versionName === undefined ? versionName : changes.versionName;
  const description =
    changes.versionDescription === undefined ? versionDescription : changes.versionDescription;
  return {
    ...kept,
    ...(typeof name === "string" ? { versionName: name } : {}),
    ...(typeof description === "string" ? { versionDescription: description } : {}),
  };
}

/**
 * Throws UsageError for a name that reads as another selector, ConflictError if a different version has it.
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

/** Throws ConflictError if the existing version with the draft's details has a different name. */
export function checkOtherName(
  equal: VersionRecord | undefined,
  name: string | undefined,
  path: string,
): void {
  if (equal?.versionName === undefined || name === undefined || name === equal.versionName) return;
  throw new ConflictError(
    `these details are already version ${equal.version} of ${path}, named "${equal.versionName}", not "${name}"`,
    { hint: "rename that version with: dao-opt registry rename-version" },
  );
}

/** Deletes a version and leaves a tombstone that keeps its number. */
export async function deleteVersion(
  storage: RegistryStorage,
  reference: string,
  clock: RegistryClock,
): Promise<void> {
  const { name, selector } = parseReference(reference);
  if (selector === undefined && !name.startsWith("prv_")) {
    throw new UsageError(`"${reference}" does not select a version`, {
      hint: `add a selector: ${name}@3, ${name}@version-name, or use its id prv_…`,
    });
  }
  return storage.write(async (writer) => {
    const { path, record } = await findVersion(storage, reference, "latest");
    const { version } = record;
    const held = [...deployedVersions(await storage.deployments(path))];
    const [environment] = held.filter(([, number]) => number === version).map(([held]) => held);
    if (environment !== undefined) {
      throw new ConflictError(`version ${version} of ${path} is deployed to ${environment}`, {
        hint: `deploy another version to ${environment} first`,
      });
    }
    // The name becomes free; the other fields are kept.
    const { versionName: _, ...kept } = record;
    await writer.writeTombstone(path, { ...kept, deletedAt: clock.now() });
  });
}
