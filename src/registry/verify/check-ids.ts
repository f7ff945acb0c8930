import { relative } from "node:path";
import { logFile, promptFile } from "../disk/layout.ts";
import { readLog } from "../disk/read-text.ts";
import { replaceText } from "../disk/write-text.ts";
import { newPromptId, versionId } from "../ids.ts";
import { readDeploymentLines, renderDeploymentLine } from "../records/deployment-lines.ts";
import { renderPromptYaml } from "../records/prompt-yaml.ts";
import type { PromptRecord, VersionRecord } from "../registry-storage.ts";
import { damage, type Finding, type Inspection } from "./finding.ts";
import { rewriteRecord, type VersionFiles, writeVersionTombstone } from "./version-claims.ts";

/** A prompt with its version ids. */
export interface PromptWithIds {
  readonly folder: string;
  readonly record: PromptRecord;
  readonly versions: readonly VersionRecord[];
}

/**
 * Finds prompts with the same id, such as copied folders. The later one, by time and then path, gets a new
 * id.
 */
export function checkIds({ directory }: Inspection, prompts: readonly PromptWithIds[]): readonly Finding[] {
  const owners = new Map<string, PromptWithIds>();
  const order = prompts.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const findings: Finding[] = [];
  for (const prompt of order) {
    const owner = owners.get(prompt.record.id);
    if (owner === undefined) owners.set(prompt.record.id, prompt);
    else {
      const message = `it has the id of ${relative(directory, owner.folder)}: ${prompt.record.id}`;
      findings.push(damage(promptFile(prompt.folder), message, () => renew(directory, prompt)));
    }
  }
  return findings;
}

function orderOf({ folder, record }: PromptWithIds): string {
  return `${record.createdAt}\0${folder}`;
}

async function renew(directory: string, { folder, record, versions }: PromptWithIds): Promise<string> {
  const id = newPromptId();
  const ids = new Map(versions.map((version) => [version.versionId, versionId(id, version.digest)]));
  await replaceText(promptFile(folder), renderPromptYaml({ ...record, id }));
  for (const version of versions) {
    await rewriteRecord(folder, { ...version, versionId: ids.get(version.versionId) ?? version.versionId });
  }
  const { deployments } = readDeploymentLines(readLog(logFile(folder), directory) ?? "");
  const renewed = deployments.map((deployment) => {
    const renewedId = ids.get(deployment.versionId ?? "");
    return renewedId === undefined ? deployment : { ...deployment, versionId: renewedId };
  });
  if (deployments.length > 0) await replaceText(logFile(folder), renewed.map(renderDeploymentLine).join(""));
  return `its id is now ${id}`;
}

/** Finds versions with the same digest, id or name. The later one gives way. */
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
        return `the name ${versionName} was removed from version ${record.version}`;
      };
      findings.push(damage(file, message, repair));
    }
  }
  return findings;
}
