import { basename, join } from "node:path";
import { checkedDetails } from "../disk/checked-details.ts";
import { detailsFile, recordFile } from "../disk/layout.ts";
import { readText } from "../disk/read-text.ts";
import { createText, replaceText, setAside } from "../disk/write-text.ts";
import { parseVersionYaml, renderVersionYaml } from "../records/version-yaml.ts";
import type { VersionRecord } from "../registry-storage.ts";
import { type Inspection, mergeSides, type ReadResult, tryRead } from "./finding.ts";

/** A version from a pair of files, or from one side of a git conflict. */
export interface VersionClaim {
  readonly record: VersionRecord;
  /** The `.prompt` text that matches the record's digest. */
  readonly text: string;
}

/** The files of a version: `v3.yaml` and `v3.prompt`, or copies left by a merge tool. */
export interface VersionFiles {
  readonly number: number;
  readonly isCopy: boolean;
  readonly recordFile?: string;
  readonly detailsFile?: string;
}

/** The version files of a folder in pairs: ascending, copies after their version. */
export function versionFiles(folder: string, names: readonly string[]): readonly VersionFiles[] {
  const pairs = new Map<string, VersionFiles>();
  for (const name of names) {
    const [, digits, middle = "", kind, tail = ""] =
      /^v([1-9]\d{0,8})(.*?)\.(yaml|prompt)(.*)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const key = `${digits}\0${middle}\0${tail}`;
    const known = pairs.get(key) ?? { number: Number(digits), isCopy: middle !== "" || tail !== "" };
    const file = join(folder, name);
    pairs.set(key, { ...known, ...(kind === "yaml" ? { recordFile: file } : { detailsFile: file }) });
  }
  return [...pairs.values()].sort(
    (one, other) => one.number - other.number || Number(one.isCopy) - Number(other.isCopy),
  );
}

/** Both versions of a git conflict, the earlier first; undefined without one. */
export function conflictingClaims(
  { recordFile, detailsFile }: VersionFiles,
  directory: string,
): readonly ReadResult<VersionClaim>[] | undefined {
  const record = textOf(recordFile, directory);
  const details = textOf(detailsFile, directory);
  if (record === undefined || details === undefined) return undefined;
  const records = mergeSides(record);
  const texts = mergeSides(details);
  if (records === undefined && texts === undefined) return undefined;
  const names = [recordFile ?? "", detailsFile ?? ""] as const;
  const claims = [
    tryRead(() => claim(records?.ours ?? record, texts?.ours ?? details, ...names)),
    tryRead(() => claim(records?.theirs ?? record, texts?.theirs ?? details, ...names)),
  ];
  return claims.sort((one, other) => (createdAt(one) < createdAt(other) ? -1 : 1));
}

/** Reads the version of a pair. Throws RegistryError. */
export function claimOf({ recordFile, detailsFile }: VersionFiles, directory: string): VersionClaim {
  const textIn = (file: string | undefined) => (file === undefined ? "" : (readText(file, directory) ?? ""));
  return claim(textIn(recordFile), textIn(detailsFile), recordFile ?? "", detailsFile ?? "");
}

function claim(record: string, text: string, recordFile: string, detailsFile: string): VersionClaim {
  const parsed = parseVersionYaml(record, basename(recordFile));
  checkedDetails(text, basename(detailsFile), parsed);
  return { record: parsed, text };
}

function textOf(file: string | undefined, directory: string): string | undefined {
  if (file === undefined) return undefined;
  const read = tryRead(() => readText(file, directory));
  return "value" in read ? read.value : undefined;
}

function createdAt(claimed: ReadResult<VersionClaim>): string {
  return "value" in claimed ? claimed.value.record.createdAt : "\uffff";
}

/** Writes a version under a number, the record last. */
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

/** Sets a version's files aside and leaves a tombstone, so that the number is not reused. */
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

/** Writes a tombstone for a number without usable files. */
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
