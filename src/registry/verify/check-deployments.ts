import type { Deployment } from "../../contracts/registry.ts";
import { logFile } from "../disk/layout.ts";
import { readLog } from "../disk/read-text.ts";
import { appendLine, replaceText, setAside } from "../disk/write-text.ts";
import { deployedVersions, versionBefore } from "../lookup/held-versions.ts";
import { readDeploymentLines, renderDeploymentLine } from "../records/deployment-lines.ts";
import type { VersionRecord } from "../registry-storage.ts";
import { damage, type Finding, type Inspection, tryRead } from "./finding.ts";

/**
 * Checks `deployments.jsonl` and the versions it points to. If `registry.yaml` is unreadable, environments
 * are undefined and not checked.
 */
export function checkDeployments(
  inspection: Inspection,
  folder: string,
  records: readonly VersionRecord[],
  environments: readonly string[] | undefined,
): readonly Finding[] {
  const file = logFile(folder);
  const text = tryRead(() => readLog(file, inspection.directory));
  const rewrite = async (deployments: readonly Deployment[], done: string) => {
    await setAside(inspection.directory, file, inspection.at);
    await replaceText(file, deployments.map(renderDeploymentLine).join(""));
    return done;
  };
  if ("problem" in text) return [damage(file, text.problem, () => rewrite([], "it was emptied"))];
  const { deployments, torn, broken } = readDeploymentLines(text.value ?? "");
  const notes = torn.map((line) => note(file, `line ${line} was not completed by its writer and is ignored`));
  const [first] = broken;
  if (first !== undefined) {
    const ordered = deployments.toSorted((one, other) =>
      one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
    );
    const done = "the readable lines were kept, ordered by time";
    return [...notes, damage(file, `line ${first.line}: ${first.message}`, () => rewrite(ordered, done))];
  }
  const unknown = new Set(
    deployments
      .map(({ environment }) => environment)
      .filter((name) => environments?.includes(name) === false),
  );
  return [
    ...notes,
    ...[...unknown].map((name) => note(file, `the environment ${name} is not in registry.yaml`)),
    ...renumberedPointers(file, deployments, records, rewrite),
    ...danglingPointers(inspection, file, deployments, records),
  ];
}

/** Finds lines whose version was renumbered, by version id. */
function renumberedPointers(
  file: string,
  deployments: readonly Deployment[],
  records: readonly VersionRecord[],
  rewrite: (deployments: readonly Deployment[], done: string) => Promise<string>,
): readonly Finding[] {
  const live = records.filter(({ deletedAt }) => deletedAt === undefined);
  const now = (id: string | undefined, number: number | null): number | null => {
    const isRight = records.some(({ version, versionId }) => version === number && versionId === id);
    return isRight ? number : (live.find(({ versionId }) => versionId === id)?.version ?? number);
  };
  const right = deployments.map((deployment) => ({
    ...deployment,
    to: now(deployment.versionId, deployment.to),
  }));
  const at = right.findIndex(({ to }, index) => to !== deployments[index]?.to);
  if (at === -1) return [];
  const message = `deployment ${at + 1} points to version ${deployments[at]?.to}, which is version ${right[at]?.to} now`;
  return [damage(file, message, () => rewrite(right, "it points to the right versions again"))];
}

function danglingPointers(
  { at }: Inspection,
  file: string,
  deployments: readonly Deployment[],
  records: readonly VersionRecord[],
): readonly Finding[] {
  const isLive = (version: number) =>
    records.some((record) => record.version === version && record.deletedAt === undefined);
  const findings: Finding[] = [];
  for (const [environment, version] of deployedVersions(deployments)) {
    if (isLive(version)) continue;
    const to = versionBefore(deployments, environment, isLive) ?? null;
    const message = `${environment} points to version ${version}, which does not exist`;
    findings.push(
      damage(file, message, async () => {
        const versionId = records.find((record) => record.version === to)?.versionId;
        const pointer = versionId === undefined ? {} : { versionId };
        const line = {
          at,
          environment,
          from: version,
          to,
          ...pointer,
          note: "verify --repair: the version is gone",
        };
        await appendLine(file, renderDeploymentLine(line));
        return to === null ? `${environment} was emptied` : `${environment} was moved back to version ${to}`;
      }),
    );
  }
  return findings;
}

function note(file: string, message: string): Finding {
  return { kind: "note", file, message };
}
