import type { PromptAdministration, PromptVersion } from "../../contracts/registry.ts";
import { findVersion, liveVersions } from "../find-version.ts";
import { readVersion } from "../prompt-reader.ts";
import type { Shelf, VersionRecord } from "../shelf.ts";
import { checkFreeName } from "../version-name.ts";

type Changes = Parameters<PromptAdministration["describeVersion"]>[1];

/** Names or describes a version: the two things about it that may change. */
export async function describeVersion(
  shelf: Shelf,
  reference: string,
  changes: Changes,
): Promise<PromptVersion> {
  return shelf.write(async (desk) => {
    const found = await findVersion(shelf, reference, "latest");
    const { environments } = await shelf.settings();
    const names = environments.map(({ name }) => name);
    const { path, record } = found;
    if (typeof changes.versionName === "string") {
      checkFreeName(changes.versionName, names, await liveVersions(shelf, path), record.digest, path);
    }
    const next = described(record, changes);
    await desk.saveVersion(path, next);
    return readVersion(shelf, { ...found, record: next });
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
