import { bin, type SpawnedResult, spawnShell } from "./spawn-cli.ts";

const command = `"${process.execPath}" "${bin}" "$@"`;

/**
 * The built command line in a process whose files are limited to this many kibibytes: simulates a full disk.
 */
export function runOnFullDisk(
  kibibytes: number,
  args: readonly string[],
  cwd: string,
): Promise<SpawnedResult> {
  return spawnShell(`ulimit -f ${kibibytes}; ${command}`, { cwd, args });
}

/** The built command line without the right to write to protected paths, whoever runs the tests. */
export function runUnprivileged(args: readonly string[], cwd: string): Promise<SpawnedResult> {
  const drop = process.getuid?.() === 0 ? "setpriv --bounding-set=-all --inh-caps=-all " : "";
  return spawnShell(`exec ${drop}${command}`, { cwd, args });
}
