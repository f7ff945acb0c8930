import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../core/errors.ts";
import { createNew, isTemporaryOf, type LinkFile, temporaryBeside } from "./create-new.ts";
import { errnoOf } from "./file-error.ts";
import { processFields } from "./process-mark.ts";

const usualPatienceMs = 30_000;
const heartbeatMs = 300;
/** If the holder cannot be looked up, it counts as dead once its lock is untouched for this long. */
const silenceMs = 1500;
const shortestPauseMs = 2;
const longestPauseMs = 17;
/** A waiting file older than this was left by a killed process. */
const longestWaitMs = 60_000;

export const lockFile = /^\.lock(?:\.takeover\.[0-9a-f]+)?$/;

/** Queues within this process, so that its own writers do not poll for each other. */
const turns = new Map<string, Promise<unknown>>();
/** When this process last released a lock, by its own clock. */
const givenBackAt = new Map<string, number>();

/**
 * Runs the work while holding the lock: a file that names its holder. The lock of a dead process is taken over,
 * at once if the system can look up the holder. Rejects with StoreError if one holder keeps the lock longer
 * than `patienceMs` (default 30 s). If holders change, everyone gets a turn.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { patienceMs = usualPatienceMs, link }: { readonly patienceMs?: number; readonly link?: LinkFile } = {},
): Promise<T> {
  const before = turns.get(file) ?? Promise.resolve();
  const turn = before.then(() => holdLock(file, work, patienceMs, link));
  const settled = turn.then(
    () => undefined,
    () => undefined,
  );
  turns.set(file, settled);
  void settled.then(() => {
    if (turns.get(file) === settled) turns.delete(file);
  });
  return turn;
}

/** Whether the holder of this lock or takeover file is alive; undefined if unknown. */
export function isLockHeld(file: string): boolean | undefined {
  const holder = readOwner(file);
  return holder === undefined ? false : isAlive(holder, newOwner());
}

async function holdLock<T>(
  file: string,
  work: () => Promise<T>,
  patienceMs: number,
  link?: LinkFile,
): Promise<T> {
  const own = newOwner();
  await letOthersGo(file);
  await acquire(file, own, patienceMs, link);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readOwner(file)?.token === own.token) await rm(file, { force: true });
    givenBackAt.set(file, performance.now());
  }
}

/**
 * A process that releases the lock and takes it again at once would always beat those that poll every few
 * milliseconds, so it waits until each of them has polled.
 */
async function letOthersGo(file: string): Promise<void> {
  const since = performance.now() - (givenBackAt.get(file) ?? Number.NEGATIVE_INFINITY);
  if (since < longestPauseMs && (await isAwaited(file))) await sleep(longestPauseMs + shortestPauseMs);
}

async function isAwaited(file: string): Promise<boolean> {
  const names = (await readdir(dirname(file))).filter((name) => isTemporaryOf(file, name));
  const ages = names.map(async (name) => {
    const found = await stat(join(dirname(file), name)).catch(() => undefined);
    return found === undefined ? Number.POSITIVE_INFINITY : Date.now() - found.mtimeMs;
  });
  return (await Promise.all(ages)).some((age) => age < longestWaitMs);
}

async function acquire(file: string, own: LockOwner, patienceMs: number, link?: LinkFile): Promise<void> {
  const silence = createSilenceWatch();
  const temporary = temporaryBeside(file);
  let watched: { readonly token: string | undefined; readonly since: number } | undefined;
  try {
    const text = JSON.stringify(own);
    await writeFile(temporary, text, { flag: "wx" });
    while (!(await createNew(temporary, file, text, link))) {
      const holder = readOwner(file);
      if (holder !== undefined && isDead(holder, own, file, silence))
        await removeDead(file, holder, own, silence);
      else await sleep(shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs));
      if (watched === undefined || watched.token !== holder?.token)
        watched = { token: holder?.token, since: performance.now() };
      if (performance.now() - watched.since > patienceMs) throw stillHeld(file, holder, patienceMs);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Removes the lock of a dead holder. Two processes that both saw it die must not remove each other's new lock:
 * each creates an announcement file, looks for others, and gives up if there is one.
 */
async function removeDead(
  file: string,
  dead: LockOwner,
  own: LockOwner,
  silence: SilenceWatch,
): Promise<void> {
  const prefix = `${basename(file)}.takeover.`;
  const mine = join(dirname(file), prefix + own.token);
  await writeFile(mine, JSON.stringify(own));
  try {
    const names = (await readdir(dirname(file))).filter((name) => name.startsWith(prefix));
    const others = names.map((name) => join(dirname(file), name)).filter((other) => other !== mine);
    for (const other of others) {
      const rival = readOwner(other);
      if (rival !== undefined && !isDead(rival, own, other, silence)) return await sleep(Math.random() * 20);
      await rm(other, { force: true });
    }
    if (readOwner(file)?.token === dead.token) await rm(file, { force: true });
  } finally {
    await rm(mine, { force: true });
  }
}

function isDead(holder: LockOwner, own: LockOwner, file: string, silence: SilenceWatch): boolean {
  const alive = isAlive(holder, own);
  return alive === undefined ? silence.durationMs(holder, file) > silenceMs : !alive;
}

type SilenceWatch = ReturnType<typeof createSilenceWatch>;

/** How long, by this process's own clock, a lock file has been untouched. */
function createSilenceWatch() {
  const seen = new Map<string, { touched: number; since: number }>();
  return {
    durationMs({ token }: LockOwner, file: string): number {
      const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const last = seen.get(token);
      if (last?.touched === touched) return performance.now() - last.since;
      seen.set(token, { touched, since: performance.now() });
      return 0;
    },
  };
}

/** The process named by a lock or claim file; undefined if there is no such file. */
export function readOwner(file: string): LockOwner | undefined {
  try {
    return parseOwner(readFileSync(file, "utf8"), basename(file));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function stillHeld(file: string, holder: LockOwner | undefined, patienceMs: number): StoreError {
  const who = holder?.identity === undefined ? "another writer" : `process ${holder.identity.pid}`;
  return new StoreError(`${file} has been held by ${who} for ${patienceMs / 1000} s`, {
    hint: "wait for it to end; remove the file only when no dao-opt is running",
  });
}

/** The holder of a lock, with enough detail (on Linux) to check whether it is still alive. */
export interface LockOwner {
  readonly token: string;
  readonly identity?: {
    readonly pid: number;
    /** Clock ticks after boot: distinguishes a process from a later one with the same number. */
    readonly startedAt: string;
    /** Boot and process namespace; process numbers are meaningless across them. */
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

/** Undefined if unknown from here: another machine, container or system. */
export function isAlive(owner: LockOwner, own: LockOwner): boolean | undefined {
  if (owner.identity === undefined || owner.identity.space !== own.identity?.space) return undefined;
  try {
    const { startedAt, state } = readProcess(String(owner.identity.pid));
    return startedAt === owner.identity.startedAt && state !== "Z" && state !== "X";
  } catch (error) {
    const isGone = errnoOf(error) === "ENOENT" || errnoOf(error) === "ESRCH";
    // Systems that hide other users' processes report live ones as missing too.
    return isGone && owner.identity.user === own.identity.user ? false : undefined;
  }
}

function parseOwner(text: string, token: string): LockOwner {
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
