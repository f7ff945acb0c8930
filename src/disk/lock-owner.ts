import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { errnoOf } from "./file-error.ts";
import { processFields } from "./process-mark.ts";

/** Who holds a lock. Where the system tells (Linux), in enough words to know whether that one still lives. */
export interface LockOwner {
  readonly token: string;
  readonly identity?: {
    readonly pid: number;
    /** Clock ticks after boot: tells a process from a later one with the same number. */
    readonly startedAt: string;
    /** Boot and process namespace: numbers mean nothing across them. */
    readonly space: string;
    readonly user: number;
  };
}

export function newOwner(): LockOwner {
  const token = randomBytes(8).toString("hex");
  try {
    const { pid, startedAt } = readProcess("self");
    return { token, identity: { pid, startedAt, space: processSpace(), user: statSync("/proc/self").uid } };
  } catch {
    return { token };
  }
}

/** Undefined when it cannot be known from here: another machine, container or system. */
export function isAlive(owner: LockOwner, own: LockOwner): boolean | undefined {
  if (owner.identity === undefined || owner.identity.space !== own.identity?.space) return undefined;
  try {
    const { startedAt, state } = readProcess(String(owner.identity.pid));
    return startedAt === owner.identity.startedAt && state !== "Z" && state !== "X";
  } catch (error) {
    const isGone = errnoOf(error) === "ENOENT" || errnoOf(error) === "ESRCH";
    // Systems that hide the processes of others say the same of living ones.
    return isGone && owner.identity.user === own.identity.user ? false : undefined;
  }
}

export function parseOwner(text: string, token: string): LockOwner {
  try {
    const { identity, token: written } = JSON.parse(text) as Partial<LockOwner>;
    const isWhole = typeof identity?.pid === "number" && typeof identity.space === "string";
    return { token: typeof written === "string" ? written : token, ...(isWhole ? { identity } : {}) };
  } catch {
    return { token };
  }
}

function readProcess(id: string): { pid: number; state: string; startedAt: string } {
  const fields = processFields(id);
  return { pid: Number(fields[0]), state: fields[1] ?? "", startedAt: fields[20] ?? "" };
}

function processSpace(): string {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
}
