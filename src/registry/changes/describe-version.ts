import type { PromptAdministration, PromptVersion } from "../../contracts/registry.ts";
import { findVersion, liveVersions } from "../lookup/find-version.ts";
import { readVersion } from "../lookup/prompt-reader.ts";
import type { RegistryStorage, VersionRecord } from "../registry-storage.ts";
import { checkFreeName } from "./version-name.ts";

type Changes = Parameters<PromptAdministration["describeVersion"]>[1];

/** Names or describes a version: the two things about it that may change. */
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
