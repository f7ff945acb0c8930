import { hostname } from "node:os";
import { isAlive, type LockOwner, newOwner } from "../../disk/lock.ts";

/** A process that claims answers in a shared database. */
export interface ClaimOwner {
  /** `host {"token":…}`: unique, and enough for other processes of the machine to look it up. */
  readonly name: string;
  /** True if another owner is known to be gone; false if it may be alive, or is on another machine. */
  isGone(name: string): boolean;
}

export function newClaimOwner(): ClaimOwner {
  const own = newOwner();
  return {
    name: `${hostname()} ${JSON.stringify(own)}`,
    isGone(name) {
      const other = ownerOf(name);
      return other !== undefined && isAlive(other, own) === false;
    },
  };
}

/** `process 4711 on build-3`; `a process on build-3` where the system does not number itself. */
export function shownOwner(name: string): string {
  const pid = ownerOf(name)?.identity?.pid;
  const host = /^[\w.-]{1,100}(?= )/.exec(name)?.[0] ?? "another machine";
  return `${pid === undefined ? "a process" : `process ${pid}`} on ${host}`;
}

function ownerOf(name: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(name.slice(name.indexOf(" ") + 1)) as Partial<LockOwner>;
    // Whoever may write to the database may write anything.
    const isOwner = typeof owner.token === "string" && Number.isSafeInteger(owner.identity?.pid);
    return isOwner ? (owner as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}
