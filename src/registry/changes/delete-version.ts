import { ConflictError, UsageError } from "../../core/errors.ts";
import { findVersion } from "../lookup/find-version.ts";
import { deployedVersions } from "../lookup/held-versions.ts";
import { parseReference } from "../lookup/reference.ts";
import type { RegistryClock } from "../registry-clock.ts";
import type { RegistryStorage } from "../registry-storage.ts";

/** Takes a version away and leaves a tombstone, which keeps its number. */
export async function deleteVersion(
  storage: RegistryStorage,
  reference: string,
  clock: RegistryClock,
): Promise<void> {
  const { name, selector } = parseReference(reference);
  if (selector === undefined && !name.startsWith("prv_")) {
    throw new UsageError(`"${reference}" names no version`, {
      hint: `say which: ${name}@3, ${name}@version-name, or its id prv_…`,
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
    // Its name is free again; everything else stays known.
    const { versionName: _, ...kept } = record;
    await writer.writeTombstone(path, { ...kept, deletedAt: clock.now() });
  });
}
