import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnCli } from "../support/spawn-cli.ts";

export interface Measured {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Most memory the process had, in MB (resident set). */
  readonly peakMb: number;
}

const preload = `
import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));
`;

/** Runs the built command line and measures it; prints one line to stdout. */
export async function measuredCli(args: readonly string[], cwd: string): Promise<Measured> {
  const [script, peakFile] = [join(cwd, "report-peak.mjs"), join(cwd, "peak.txt")];
  writeFileSync(script, preload);
  const started = performance.now();
  const { exitCode, stdout, stderr } = await spawnCli(args, {
    cwd,
    env: { NODE_OPTIONS: `--import=${script}`, PEAK_FILE: peakFile },
  });
  const seconds = (performance.now() - started) / 1000;
  const peakMb = Number(readFileSync(peakFile, "utf8")) / 1024;
  rmSync(peakFile);
  console.log(
    `${args.join(" ").padEnd(60)} ${seconds.toFixed(1).padStart(7)} s  peak ${peakMb.toFixed(0)} MB`,
  );
  return { exitCode, stdout, stderr, seconds, peakMb };
}
