import { linkSync, readdirSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { claimLeaseMs } from "../../contracts/shared-answers.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { errnoOf, hasNoLinks } from "../../disk/file-error.ts";
import { newOwner, readOwner } from "../../disk/lock.ts";
import { createOwnerWatch, type OwnerWatch } from "./owner-watch.ts";

/** Claims of answers in a folder. No method throws; a claim that cannot be kept counts as owned. */
export interface FolderClaims {
  claim(address: string): Promise<{ readonly isOwned: boolean; readonly owner?: string }>;
  release(address: string): void;
  close(): void;
}

export interface FolderClaimsOptions {
  readonly leaseMs?: number;
  /** Called once if claims cannot be kept, with the system's error. */
  readonly onFailure?: (error: Error) => void;
}

const ownerPrefix = "owner.";
const takeoverSuffix = ".takeover";

/**
 * A claim is a hard link, named after the address, to the one file that names its owner: taking it is a single
 * atomic system call, and touching the owner's file renews all of its claims. The claim of a process that is
 * gone is taken over at once; where the process cannot be looked up, once its file is untouched for the lease.
 */
export function openFolderClaims(folder: string, options: FolderClaimsOptions = {}): FolderClaims {
  const { leaseMs = claimLeaseMs, onFailure } = options;
  const own = newOwner();
  const text = JSON.stringify(own);
  const ownFile = join(folder, `${ownerPrefix}${own.token}`);
  const watch = createOwnerWatch(own, leaseMs);
  const held = new Set<string>();
  let opening: Promise<void> | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  /** Of the owner's file, which all claims share where there are links. */
  let ownNumber: number | undefined;
  let hasFailed = false;

  const open = async (): Promise<void> => {
    await ensureFolder(folder, privateFolder);
    writeFileSync(ownFile, text, { mode: privateFile });
    ownNumber = statSync(ownFile).ino;
    removeLeftovers(folder, watch);
  };
  /** False if the name is taken. */
  const take = (file: string): boolean => {
    try {
      linkSync(ownFile, file);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      if (!hasNoLinks(error)) throw error;
    }
    try {
      writeFileSync(file, text, { flag: "wx", mode: privateFile });
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
  };
  const renew = (): void => {
    const now = new Date();
    // Without hard links, each claim is a file of its own.
    for (const file of [ownFile, ...(hasLinks(ownFile) ? [] : held)]) touch(file, now);
  };
  /** After a pause of this process, its claim may have become another's. */
  const isOwn = (file: string): boolean =>
    statSync(file, { throwIfNoEntry: false })?.ino === ownNumber || readOwner(file)?.token === own.token;
  const hold = (file: string): void => {
    held.add(file);
    heartbeat ??= setInterval(renew, leaseMs / 3).unref();
  };
  const drop = (file: string): void => {
    if (!held.delete(file)) return;
    if (isOwn(file)) unlinkSync(file);
    if (held.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  };
  /** Two processes may both see an owner die: only the one with the takeover file replaces its claim. */
  const takeOver = (file: string, token: string): boolean => {
    const permit = `${file}${takeoverSuffix}`;
    if (!take(permit)) {
      if (watch.goneOwner(permit) !== undefined) rmSync(permit, { force: true });
      return false;
    }
    try {
      if (readOwner(file)?.token === token) unlinkSync(file);
      return take(file);
    } finally {
      rmSync(permit, { force: true });
    }
  };
  const tryClaim = async (address: string): Promise<{ isOwned: boolean; owner?: string }> => {
    opening ??= open();
    await opening;
    const file = join(folder, address);
    if (held.has(file)) return { isOwned: false };
    if (!take(file)) {
      const gone = watch.goneOwner(file);
      if (gone === undefined || !takeOver(file, gone)) return { isOwned: false, ...watch.nameOf(file) };
    }
    watch.forget(file);
    hold(file);
    return { isOwned: true };
  };

  const release = (address: string): void => {
    try {
      drop(join(folder, address));
    } catch {
      // Another process takes over what is left once this one has ended.
    }
  };

  return {
    async claim(address) {
      if (hasFailed) return { isOwned: true };
      try {
        return await tryClaim(address);
      } catch (error) {
        if (!hasFailed) onFailure?.(error as Error);
        hasFailed = true;
        return { isOwned: true };
      }
    },
    release,
    close() {
      for (const file of [...held]) release(basename(file));
      clearInterval(heartbeat);
      if (opening !== undefined && !hasFailed) rmSync(ownFile, { force: true });
      opening = undefined;
    },
  };
}

function hasLinks(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.nlink ?? 1) > 1;
}

function touch(file: string, at: Date): void {
  try {
    utimesSync(file, at, at);
  } catch {
    // The file is gone or the disk is broken: the claim then lasts for the lease only.
  }
}

/** Killed processes leave their claims and the file that names them. */
function removeLeftovers(folder: string, watch: OwnerWatch): void {
  const names = readdirSync(folder);
  const gone = names.filter((name) => name.startsWith(ownerPrefix) && watch.isGone(join(folder, name)));
  if (gone.length === 0) return;
  for (const name of names) {
    const isClaim = !name.startsWith(ownerPrefix) && !name.endsWith(takeoverSuffix);
    if (isClaim && watch.isGone(join(folder, name))) removeClaim(join(folder, name), watch);
  }
  for (const name of gone) rmSync(join(folder, name), { force: true });
}

function removeClaim(file: string, watch: OwnerWatch): void {
  const permit = `${file}${takeoverSuffix}`;
  try {
    writeFileSync(permit, "", { flag: "wx" });
  } catch {
    return;
  }
  if (watch.isGone(file)) rmSync(file, { force: true });
  rmSync(permit, { force: true });
}
