import { relative } from "node:path";
import { logFile, promptFile } from "../disk/layout.ts";
import { readLog } from "../disk/read-text.ts";
import { replaceText } from "../disk/write-text.ts";
import { newPromptId, versionId } from "../ids.ts";
import { readDeploymentLines, renderDeploymentLine } from "../records/deployment-lines.ts";
import { renderPromptYaml } from "../records/prompt-yaml.ts";
import type { PromptRecord, VersionRecord } from "../registry-storage.ts";
import { damage, type Finding, type Inspection } from "./finding.ts";
import { rewriteRecord } from "./mend-version.ts";

/** A prompt as far as ids go. */
export interface PromptWithIds {
  readonly folder: string;
  readonly record: PromptRecord;
  readonly versions: readonly VersionRecord[];
}

/** Two folders with one prompt id, as a copied folder gives: the later, by time and then by path, gets a new one. */
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
