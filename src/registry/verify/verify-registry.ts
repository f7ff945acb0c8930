import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Verification } from "../../contracts/registry.ts";
import { isLockHeld, withLock } from "../../disk/lock.ts";
import { errnoOf, readError, writeError } from "../disk/disk-error.ts";
import { lockOf, pendingFile, promptFile } from "../disk/layout.ts";
import { finishLeftChange, type PendingChange, readPendingChange } from "../disk/pending-change.ts";
import { realRoot } from "../disk/read-text.ts";
import { listFolder, walkFolders } from "../disk/walk-prompts.ts";
import { setAside } from "../disk/write-text.ts";
import { checkFolder, type FolderChecked } from "./check-folder.ts";
import { checkIds, type PromptWithIds } from "./check-ids.ts";
import { checkFormat, checkSettings } from "./check-settings.ts";
import { damage, type Finding, type Inspection, readValue, tryRead } from "./finding.ts";

/** Gives up on a folder whose repairs keep revealing damage. */
const maxRepairsPerFolder = 1000;
const pauseMs = 25;

/**
 * Checks every hash and reference of a registry. With `repair`, moves damaged files to `.set-aside/TIME/` and
 * renumbers duplicates from branches and copies; then `damage` is what remains and `notes` describe the
 * repairs. `at` is ISO 8601.
 */
export async function verifyRegistry(directory: string, repair: boolean, at: string): Promise<Verification> {
  if (!existsSync(directory)) {
    // Throws for a broken link, because its target cannot be checked.
    listFolder(directory);
    return { ok: true, damage: [], notes: [] };
  }
  const inspection: Inspection = { directory, at, isRepairing: repair };
  try {
    if (!repair) return report(directory, await inspect(inspection));
    const findings = await withLock(lockOf(realRoot(directory)), () => inspect(inspection));
    return report(directory, findings);
  } catch (error) {
    throw repair ? writeError(error, directory) : readError(error, directory);
  }
}

async function inspect(inspection: Inspection): Promise<readonly Finding[]> {
  const { directory, isRepairing } = inspection;
  const later = checkFormat(inspection);
  if (later !== undefined) return [later];
  const lock = lockOf(realRoot(directory));
  const checking: Checking = isRepairing ? repairing : (check) => settled(lock, check);
  const pending = await checkPending(inspection);
  const settings = await checking(() => checkSettings(inspection));
  const findings = [...pending, ...settings.findings];
  const prompts: PromptWithIds[] = [];
  for await (const { folder } of walkFolders(inspection.directory)) {
    const checked: FolderChecked = await checking(() =>
      existsSync(folder)
        ? checkFolder(
            { ...inspection, unfinished: isRepairing ? [] : unfinishedFolders(directory) },
            folder,
            settings.environments,
          )
        : { findings: [] },
    );
    findings.push(...checked.findings);
    if (checked.prompt !== undefined) prompts.push(checked.prompt);
  }
  // A prompt moved during the check may have been seen twice.
  const there = prompts.filter(({ folder }) => existsSync(promptFile(folder)));
  for (const finding of checkIds(inspection, there)) {
    findings.push(isRepairing ? await mended(finding) : finding);
  }
  return findings;
}

type Checking = <Checked extends { readonly findings: readonly Finding[] }>(
  check: () => Checked,
) => Promise<Checked>;

/** Damage that disappears on a second look was a writer at work. */
async function settled<Checked extends { readonly findings: readonly Finding[] }>(
  lock: string,
  check: () => Checked,
): Promise<Checked> {
  for (let look = 0; look < 2; look++) {
    try {
      const checked = check();
      if (!checked.findings.some(({ kind }) => kind === "damage")) return checked;
    } catch (error) {
      // The folder was moved or deleted during the check.
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    if (isLockHeld(lock) === true) await sleep(pauseMs);
  }
  return check();
}

/** Repairs one finding, checks again, and repeats. Repairs become notes; persistent damage remains. */
async function repairing<Checked extends { readonly findings: readonly Finding[] }>(
  check: () => Checked,
): Promise<Checked> {
  const done: Finding[] = [];
  const tried = new Set<string>();
  for (;;) {
    const checked = check();
    const next = checked.findings.find(
      ({ repair, file, message }) => repair !== undefined && !tried.has(`${file}\0${message}`),
    );
    if (next === undefined || tried.size === maxRepairsPerFolder) {
      return { ...checked, findings: [...done, ...checked.findings] };
    }
    tried.add(`${next.file}\0${next.message}`);
    done.push(await mended(next));
  }
}

async function mended(finding: Finding): Promise<Finding> {
  if (finding.repair === undefined) return finding;
  return { kind: "note", file: finding.file, message: `${finding.message}: ${await finding.repair()}` };
}

function report(directory: string, findings: readonly Finding[]): Verification {
  const ofKind = (kind: Finding["kind"]) =>
    findings
      .filter((finding) => finding.kind === kind)
      .map(({ file, message, isByHand }) => ({
        file: relative(directory, file) || ".",
        message,
        ...(isByHand === true ? { isByHand } : {}),
      }));
  const damage = ofKind("damage");
  return Object.freeze({ ok: damage.length === 0, damage, notes: ofKind("note") });
}

/** Reports an unfinished move or deletion; a repair completes it. */
async function checkPending(inspection: Inspection): Promise<readonly Finding[]> {
  const { directory, isRepairing, at } = inspection;
  const file = pendingFile(directory);
  const read = tryRead(() => readPendingChange(directory));
  if ("problem" in read) {
    if (!isRepairing) return [damage(file, read.problem)];
    await setAside(directory, file, at);
    return [{ kind: "note", file, message: `${read.problem}: it was set aside` }];
  }
  if (read.value === undefined) return [];
  if (isRepairing) {
    const done = await finishLeftChange(directory);
    return done === undefined
      ? []
      : [{ kind: "note", file, message: `${describeChange(done)} was finished` }];
  }
  if (isLockHeld(lockOf(directory)) === true) return [];
  return [
    {
      kind: "note",
      file,
      message: `${describeChange(read.value)} is unfinished; the next writer finishes it`,
    },
  ];
}

/** Folders of an active or interrupted move or deletion. */
function unfinishedFolders(directory: string): readonly string[] {
  const change = readValue(tryRead(() => readPendingChange(directory)));
  const paths = [change?.from, change?.to].filter((path) => path !== undefined);
  return paths.map((path) => join(directory, ...path.split("/")));
}

function describeChange({ from, to }: PendingChange): string {
  if (from === undefined) return `the import of ${to}`;
  return to === undefined ? `the deletion of ${from}` : `the move of ${from} to ${to}`;
}
