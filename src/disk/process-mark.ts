import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { platform } from "node:os";
import { errnoOf } from "./file-error.ts";

/** Identifies a process, even after its number is reused. */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the system's own format; absent if the system has none. */
  readonly startedAt?: string;
}

/** Whether the process is alive. Without a start, any process with that number counts. */
export type IsProcessAlive = (pid: number, startedAt?: string) => boolean;

export function markOf(pid: number): ProcessMark {
  const startedAt = startOf(pid);
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** `kill` is Node's own: with signal 0 it throws if no process has the number. */
export function createProcessCheck(kill: (pid: number, signal: 0) => unknown): IsProcessAlive {
  return (pid, startedAt) => {
    if (!isNumberTaken(pid, kill) || hasEnded(pid)) return false;
    const now = startedAt === undefined ? undefined : startOf(pid);
    return now === undefined || now === startedAt;
  };
}

/** One line: the number, then the start. */
export function formatMark({ pid, startedAt }: ProcessMark): string {
  return startedAt === undefined ? String(pid) : `${pid} ${startedAt}`;
}

/** Undefined if the text names no process. */
export function parseMark(text: string): ProcessMark | undefined {
  const [, number, startedAt] = /^(\d+)(?: (.+))?$/.exec(text.trim()) ?? [];
  const pid = Number(number ?? 0);
  if (!Number.isSafeInteger(pid) || pid < 1) return undefined;
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** Fields of /proc/PID/stat after the name in field 2, which may contain blanks and brackets (proc(5)). */
export function processFields(pid: string): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return [String(Number.parseInt(text, 10)), ...text.slice(text.lastIndexOf(")") + 2).split(" ")];
}

function isNumberTaken(pid: number, kill: (pid: number, signal: 0) => unknown): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (cause) {
    return errnoOf(cause) === "EPERM";
  }
}

/** A zombie process keeps its number until its parent waits for it. */
function hasEnded(pid: number): boolean {
  try {
    return /^[ZX]$/.test(processFields(String(pid))[1] ?? "");
  } catch {
    return false;
  }
}

/** Linux: clock ticks after boot, field 22. Other systems with `ps`: the date it prints. Windows: unknown. */
function startOf(pid: number): string | undefined {
  try {
    return processFields(String(pid))[20];
  } catch {
    return ["win32", "linux"].includes(platform()) ? undefined : startByPs(pid);
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const shown = execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { LC_ALL: "C" },
    }).trim();
    return shown === "" ? undefined : shown;
  } catch {
    return undefined;
  }
}
