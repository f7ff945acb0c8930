import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's folder; the command line under test is the built one in it. */
export const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** `bin/dao-opt.js`, run with the node of this process. */
export const bin = `${repository}/bin/dao-opt.js`;

export interface SpawnedResult {
  /** null if a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnedCommand {
  readonly child: ChildProcess;
  /** Resolves when the process has ended and its output is read. */
  readonly result: Promise<SpawnedResult>;
  /** Resolves when stderr and stdout together match; rejects if the process ends before. */
  shows(pattern: RegExp): Promise<string>;
}

export interface SpawnCliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built command line with its own environment: no keys, no CI, no inherited color settings. */
export function startCli(args: readonly string[], options: SpawnCliOptions): SpawnedCommand {
  return startProcess(process.execPath, [bin, ...args], options);
}

/** Runs the built command line to its end. */
export function spawnCli(args: readonly string[], options: SpawnCliOptions): Promise<SpawnedResult> {
  return startCli(args, options).result;
}

/** Runs a line of bash; `args` are its `$1`, `$2` … */
export function spawnShell(
  line: string,
  options: SpawnCliOptions & { readonly args?: readonly string[] },
): Promise<SpawnedResult> {
  return startProcess("bash", ["-c", line, "bash", ...(options.args ?? [])], options).result;
}

function startProcess(command: string, args: readonly string[], options: SpawnCliOptions): SpawnedCommand {
  const spawned: SpawnOptions = { cwd: options.cwd, env: { ...plainEnvironment(), ...options.env } };
  const child = spawn(command, args, { ...spawned, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let hasEnded = false;
  const watchers = new Set<() => void>();
  const check = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    check();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    check();
  });
  const result = new Promise<SpawnedResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      hasEnded = true;
      check();
      resolve({ exitCode, signal, stdout, stderr });
    });
  });
  return {
    child,
    result,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (found === null && !hasEnded) return;
          watchers.delete(look);
          if (found !== null) resolve(found[0]);
          else reject(new Error(`the process ended and never showed ${pattern}:\n${stdout}\n${stderr}`));
        };
        watchers.add(look);
        look();
      }),
  };
}

/** A minimal shell environment without variables that affect the tool. */
export function plainEnvironment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: tmpdir(), TZ: "UTC", LANG: "C.UTF-8" };
}
