import { detailsFile, recordFile } from "../disk/layout.ts";
import { setAside } from "../disk/set-aside.ts";
import { createText, replaceText } from "../disk/write-text.ts";
import { renderVersionYaml } from "../records/version-yaml.ts";
import type { VersionRecord } from "../registry-storage.ts";
import type { Inspection } from "./finding.ts";
import type { VersionClaim, VersionFiles } from "./version-claims.ts";

/** Puts a version's files down under a number, its record last. */
export async function putVersion(
  folder: string,
  version: number,
  { record, text }: VersionClaim,
): Promise<void> {
  await createText(detailsFile(folder, version), text);
  await createText(recordFile(folder, version), renderVersionYaml({ ...record, version }));
}

export async function rewriteRecord(folder: string, record: VersionRecord): Promise<void> {
  await replaceText(recordFile(folder, record.version), renderVersionYaml(record));
}

/** Moves a version's files aside and leaves a tombstone, so that its number is not given again. */
export async function writeVersionTombstone(
  inspection: Inspection,
  folder: string,
  files: VersionFiles,
  known: VersionRecord | undefined,
): Promise<string> {
  await setAsideFiles(inspection, files);
  if (!files.isCopy) await writeNumberTombstone(inspection, folder, files.number, known);
  return `version ${files.number} was set aside`;
}

/** A tombstone for a number of which nothing, or nothing usable, is left. */
export async function writeNumberTombstone(
  { at }: Inspection,
  folder: string,
  version: number,
  known?: VersionRecord,
): Promise<void> {
  const lost = { versionId: "prv_lost", digest: "0".repeat(64), createdAt: at, origin: {} };
  const { versionName: _, ...kept }: Partial<VersionRecord> = known ?? {};
  await createText(
    recordFile(folder, version),
    renderVersionYaml({ ...lost, ...kept, version, deletedAt: at }),
  );
}

export async function setAsideFiles({ directory, at }: Inspection, files: VersionFiles): Promise<void> {
  for (const file of [files.recordFile, files.detailsFile]) {
    if (file !== undefined) await setAside(directory, file, at);
  }
}
