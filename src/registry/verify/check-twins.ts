import { versionId } from "../ids.ts";
import type { PromptRecord, VersionRecord } from "../registry-storage.ts";
import { damage, type Finding, type Inspection } from "./finding.ts";
import { rewriteRecord, writeVersionTombstone } from "./mend-version.ts";
import type { VersionFiles } from "./version-claims.ts";

/** Versions that share what only one may have; the later one gives way. */
export function checkTwins(
  inspection: Inspection,
  folder: string,
  files: readonly VersionFiles[],
  records: readonly VersionRecord[],
  prompt: PromptRecord | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  const live = records.filter(({ deletedAt }) => deletedAt === undefined);
  for (const [at, record] of live.entries()) {
    const before = live.slice(0, at);
    const pair = files.find(({ number, isCopy }) => number === record.version && !isCopy);
    const file = pair?.recordFile ?? folder;
    const equal = before.find(({ digest }) => digest === record.digest);
    const sameId = before.find((other) => other.versionId === record.versionId);
    const sameName = before.find(
      (other) => record.versionName !== undefined && other.versionName === record.versionName,
    );
    if (equal !== undefined && pair !== undefined) {
      const message = `version ${record.version} has the details of version ${equal.version}`;
      findings.push(damage(file, message, () => writeVersionTombstone(inspection, folder, pair, record)));
    } else if (sameId !== undefined) {
      const message = `version ${record.version} has the id of version ${sameId.version}: ${record.versionId}`;
      const id = versionId(prompt?.id ?? folder, record.digest);
      const repair = async () => {
        await rewriteRecord(folder, { ...record, versionId: id });
        return `its id is now ${id}`;
      };
      findings.push(damage(file, message, repair));
    } else if (sameName !== undefined) {
      const message = `version ${record.version} has the name of version ${sameName.version}: ${sameName.versionName}`;
      const repair = async () => {
        const { versionName, ...unnamed } = record;
        await rewriteRecord(folder, unnamed);
        return `the name ${versionName} was taken off version ${record.version}`;
      };
      findings.push(damage(file, message, repair));
    }
  }
  return findings;
}
