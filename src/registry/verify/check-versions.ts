import { recordNumber } from "../disk/layout.ts";
import { readText } from "../disk/read-text.ts";
import { parseVersionYaml } from "../records/version-yaml.ts";
import type { PromptRecord, VersionRecord } from "../registry-storage.ts";
import { checkTwins } from "./check-ids.ts";
import { damage, type Finding, type Inspection, readValue, tryRead } from "./finding.ts";
import {
  claimOf,
  conflictingClaims,
  putVersion,
  rewriteRecord,
  setAsideFiles,
  type VersionClaim,
  type VersionFiles,
  versionFiles,
  writeNumberTombstone,
  writeVersionTombstone,
} from "./version-claims.ts";

const maxGap = 100;

/** Versions of a prompt with the findings. */
interface VersionsChecked {
  readonly findings: readonly Finding[];
  /** Readable records, including tombstones. */
  readonly records: readonly VersionRecord[];
}

/** Checks every version file: hashes, numbers, names, and leftovers of merges and copies. */
export function checkVersions(
  inspection: Inspection,
  folder: string,
  names: readonly string[],
  prompt: PromptRecord | undefined,
): VersionsChecked {
  const files = versionFiles(folder, names);
  const highest = Math.max(0, ...names.map((name) => recordNumber(name) ?? 0));
  const records: VersionRecord[] = [];
  const findings: Finding[] = [];
  for (const pair of files) {
    const found = checkPair(inspection, folder, pair, highest, records);
    if (found.record !== undefined) records.push(found.record);
    if (found.finding !== undefined) findings.push(found.finding);
  }
  findings.push(
    ...gaps(inspection, folder, files),
    ...checkTwins(inspection, folder, files, records, prompt),
  );
  return { findings, records };
}

interface PairChecked {
  readonly record?: VersionRecord;
  readonly finding?: Finding | undefined;
}

function checkPair(
  inspection: Inspection,
  folder: string,
  pair: VersionFiles,
  highest: number,
  earlier: readonly VersionRecord[],
): PairChecked {
  const conflict = conflictingClaims(pair, inspection.directory);
  if (conflict !== undefined) return { finding: mergeFinding(inspection, folder, pair, conflict, highest) };
  if (pair.isCopy) return { finding: copyFinding(inspection, folder, pair, highest, earlier) };
  if (pair.recordFile === undefined) return { finding: orphanFinding(inspection, folder, pair, highest) };
  const { recordFile, number } = pair;
  const read = tryRead(() => parseVersionYaml(readText(recordFile, inspection.directory) ?? "", recordFile));
  const writeTombstone = (known?: VersionRecord) => () =>
    writeVersionTombstone(inspection, folder, pair, known);
  if ("problem" in read) return { finding: damage(recordFile, read.problem, writeTombstone()) };
  const record = read.value;
  if (record.deletedAt !== undefined) {
    return { record: { ...record, version: number }, finding: leftDetails(inspection, pair) };
  }
  const claim = tryRead(() => claimOf(pair, inspection.directory));
  if ("problem" in claim) {
    const isMissing = pair.detailsFile === undefined;
    const message = isMissing ? `version ${number} has no .prompt file` : claim.problem;
    return {
      record,
      finding: damage(
        pair.detailsFile ?? recordFile,
        message,
        writeTombstone({ ...record, version: number }),
      ),
    };
  }
  if (record.version === number) return { record };
  const message = `it contains version ${record.version}; two versions cannot have that number`;
  const isEqual = earlier.some(
    ({ digest, deletedAt }) => digest === record.digest && deletedAt === undefined,
  );
  const repair = isEqual
    ? writeTombstone({ ...record, version: number })
    : async () => {
        await rewriteRecord(folder, { ...record, version: number });
        return `version ${record.version} was renumbered ${number}`;
      };
  return { record: { ...record, version: number }, finding: damage(recordFile, message, repair) };
}

/** The text of a deleted version, left by a killed writer. */
function leftDetails(
  inspection: Inspection,
  { number, detailsFile: file }: VersionFiles,
): Finding | undefined {
  if (file === undefined) return undefined;
  const repair = async () => {
    await setAsideFiles(inspection, { number, isCopy: false, detailsFile: file });
    return "it was set aside";
  };
  return {
    kind: "note",
    file,
    message: `version ${number} was deleted, but an interrupted writer left its text`,
    repair,
  };
}

/** Two branches registered this number: the earlier version keeps it. */
function mergeFinding(
  inspection: Inspection,
  folder: string,
  pair: VersionFiles,
  claims: NonNullable<ReturnType<typeof conflictingClaims>>,
  highest: number,
): Finding {
  const message = `two branches both made version ${pair.number}: git could not merge them`;
  const whole = claims.map(readValue).filter((claim): claim is VersionClaim => claim !== undefined);
  const [first, second] = whole;
  return damage(pair.recordFile ?? folder, message, async () => {
    if (first === undefined) return writeVersionTombstone(inspection, folder, pair, undefined);
    await setAsideFiles(inspection, pair);
    await putVersion(folder, pair.number, first);
    if (second === undefined || second.record.digest === first.record.digest) {
      return `version ${pair.number} was kept, of ${first.record.createdAt}`;
    }
    await putVersion(folder, highest + 1, second);
    return `the version ${pair.number} of ${second.record.createdAt} was renumbered ${highest + 1}`;
  });
}

/** `v3.yaml~theirs` and similar files of merge and sync tools. */
function copyFinding(
  inspection: Inspection,
  folder: string,
  pair: VersionFiles,
  highest: number,
  earlier: readonly VersionRecord[],
): Finding | undefined {
  const file = pair.recordFile ?? pair.detailsFile ?? folder;
  if (pair.recordFile === undefined || pair.detailsFile === undefined) {
    return { kind: "note", file, message: "it is not a file of the registry" };
  }
  const claim = readValue(tryRead(() => claimOf(pair, inspection.directory)));
  const isNew = claim !== undefined && !earlier.some(({ digest }) => digest === claim.record.digest);
  return damage(file, `it is a second version ${pair.number}`, async () => {
    await setAsideFiles(inspection, pair);
    if (claim === undefined || !isNew) return `the copy of version ${pair.number} was set aside`;
    await putVersion(folder, highest + 1, claim);
    return `the second version ${pair.number} was renumbered ${highest + 1}`;
  });
}

function orphanFinding(inspection: Inspection, folder: string, pair: VersionFiles, highest: number): Finding {
  const file = pair.detailsFile ?? folder;
  const repair = async () => {
    await setAsideFiles(inspection, pair);
    if (pair.number < highest) await writeNumberTombstone(inspection, folder, pair.number);
    return "it was set aside";
  };
  if (pair.number < highest) return damage(file, `version ${pair.number} has no record (.yaml)`, repair);
  return { kind: "note", file, message: "it was left by an interrupted writer", repair };
}

/** Missing numbers; a file far above the others is itself an error. */
function gaps(inspection: Inspection, folder: string, files: readonly VersionFiles[]): readonly Finding[] {
  const findings: Finding[] = [];
  let last = 0;
  for (const pair of files.filter(({ isCopy }) => !isCopy)) {
    const isStray = pair.number - last > maxGap;
    if (isStray) {
      const message = `version ${pair.number} is far out of sequence: the one before it is ${last}`;
      findings.push(
        damage(pair.recordFile ?? pair.detailsFile ?? folder, message, async () => {
          await setAsideFiles(inspection, pair);
          return "it was set aside";
        }),
      );
      continue;
    }
    for (let missing = last + 1; missing < pair.number; missing++) {
      findings.push(
        damage(folder, `version ${missing} is missing: its files are gone`, async () => {
          await writeNumberTombstone(inspection, folder, missing);
          return `version ${missing} is now marked as deleted`;
        }),
      );
    }
    last = pair.number;
  }
  return findings;
}
