import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { spawnShell } from "../support/spawn-cli.ts";

const traces = 1_000_000;
const mostMb = 300;
const folder = mkdtempSync(join(tmpdir(), "dao-opt-load-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a phase of traces-phase.ts in a process of its own; a line of what it took goes to stdout. */
async function run(phase: string): Promise<unknown> {
  const script = join(folder, "traces-phase.mjs");
  const { stdout, stderr, exitCode } = await spawnShell('exec node "$@"', {
    cwd: folder,
    args: [script, phase, join(folder, "state"), String(traces)],
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
  const { seconds, cpu_seconds: cpuSeconds, peak_mb: peakMb, result } = JSON.parse(stdout);
  console.log(
    `traces ${phase.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s (${cpuSeconds.toFixed(1)} s of a processor)  ` +
      `peak ${peakMb.toFixed(0)} MB  ${JSON.stringify(result)}`,
  );
  expect(peakMb).toBeLessThan(mostMb);
  return result;
}

test("a million traces are appended, listed, filtered, converted to a dataset and deleted in bounded memory", async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("traces-phase.ts", import.meta.url))],
    outfile: join(folder, "traces-phase.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  expect(await run("append")).toMatchObject({ lost: 0 });
  expect(await run("list")).toBe(traces);
  expect(await run("newest")).toBe(50);
  expect(await run("since")).toBe(1000);
  expect(await run("chat")).toBe(8);
  expect(await run("error")).toBe(traces / 1000);
  // Every tenth is rated 0, 0.1 … 1 in turn; five of these eleven are below 0.5.
  expect(await run("rating")).toBe(Math.floor(((traces / 10) * 5) / 11));
  expect(await run("where")).toBe(traces / 100);
  expect(await run("search")).toBe(Math.ceil(traces / 3));
  expect(await run("find")).toMatch(/^tr_/);
  // One in a thousand failed: no answer to learn from.
  const answered = traces - traces / 1000;
  expect(await run("dataset")).toMatchObject({ added: answered, rows: answered });
  expect(await run("remove")).toBe(traces / 5);
  expect(await run("list")).toBe(traces - traces / 5);
}, 3_600_000);
