import { statSync } from "node:fs";
import { isAlive, type LockOwner, readOwner } from "../../disk/lock.ts";

/** Looking up a process takes longer than a claim. */
const looksEveryMs = 200;
/** The longest time between two looks that counts as silence: after a sleep of the machine, owners get time. */
const longestStepMs = 2000;
/** Leftovers of owners that cannot be looked up. */
const oldMs = 24 * 60 * 60_000;

/** Decides when the owner of a claim file is gone. */
export interface OwnerWatch {
  /** The token of the owner if it is gone; undefined if it may be alive or the file does not exist. */
  goneOwner(file: string): string | undefined;
  /** Whether a file found in the folder belongs to a process that is gone. */
  isGone(file: string): boolean;
  /** The owner for messages. */
  nameOf(file: string): { readonly owner?: string };
  forget(file: string): void;
}

interface Look {
  readonly owner: LockOwner;
  readonly touchedMs: number;
  readonly atMs: number;
  readonly silentMs: number;
}

/** Silence is measured by this process's own clock, because the owner's clock may be wrong. */
export function createOwnerWatch(own: LockOwner, leaseMs: number): OwnerWatch {
  const looks = new Map<string, Look>();

  const lookAt = (file: string, atMs: number): Look | undefined => {
    const before = looks.get(file);
    if (before !== undefined && atMs - before.atMs < Math.min(looksEveryMs, leaseMs / 4)) return before;
    const owner = readOwner(file);
    const touchedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (owner === undefined || touchedMs === undefined) {
      looks.delete(file);
      return undefined;
    }
    const isSame = before?.owner.token === owner.token && before.touchedMs === touchedMs;
    const step = before === undefined ? 0 : Math.min(atMs - before.atMs, longestStepMs);
    const look = { owner, touchedMs, atMs, silentMs: isSame ? before.silentMs + step : 0 };
    looks.set(file, look);
    return look;
  };

  return {
    goneOwner(file) {
      const look = lookAt(file, performance.now());
      if (look === undefined) return undefined;
      return isAlive(look.owner, own) === false || look.silentMs > leaseMs ? look.owner.token : undefined;
    },
    isGone(file) {
      const owner = readOwner(file);
      const alive = owner === undefined ? undefined : isAlive(owner, own);
      if (owner === undefined || alive !== undefined) return alive === false;
      return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > oldMs;
    },
    nameOf(file) {
      const identity = looks.get(file)?.owner.identity;
      return identity === undefined ? {} : { owner: `process ${identity.pid}` };
    },
    forget: (file) => looks.delete(file),
  };
}
