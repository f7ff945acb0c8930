import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { runOnFullDisk } from "../support/run-limited.ts";
import { bin, spawnCli, spawnShell, startCli } from "../support/spawn-cli.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "dao-opt-e2e-"));
  await append(200);
});

afterEach(() => rm(cwd, { recursive: true, force: true }));

async function append(count: number, name = "tr"): Promise<void> {
  const store = openTraceStore({ folder: join(cwd, ".dao-opt", "traces") });
  for (let at = 0; at < count; at++) {
    const startedAt = new Date(Date.UTC(2026, 10, 20) + at * 1000).toISOString();
    store.append({
      traceId: `${name}_${at}`,
      startedAt,
      inputs: { text: `text ${at}` },
      output: "x".repeat(500),
    });
  }
  expect(await store.close()).toEqual({ count: 0 });
}

test("traces tail prints new traces and stops on Ctrl-C", async () => {
  const tail = startCli(["traces", "tail", "--json"], { cwd });
  await tail.shows(/"tr_199"/);
  await append(1, "late");
  await tail.shows(/"late_0"/);
  tail.child.kill("SIGINT");
  const { exitCode, signal, stdout, stderr } = await tail.result;
  expect([exitCode, signal, stderr]).toEqual([0, null, ""]);
  expect(stdout.trim().split("\n")).toHaveLength(11);
});

test("a closed stdout stops the output and nothing else", async () => {
  const { exitCode, stdout, stderr } = await spawnShell(
    'set -o pipefail; node "$1" traces export | head -n 2',
    {
      cwd,
      args: [bin],
    },
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(
    stdout
      .split("\n")
      .slice(0, 2)
      .map((line) => JSON.parse(line).trace_id),
  ).toEqual(["tr_0", "tr_1"]);
});

test("on a full disk feedback, export and deletion report an error and change nothing", async () => {
  const file = join(cwd, ".dao-opt", "traces", "2026-11-20.jsonl");
  const before = await readFile(file, "utf8");
  const feedback = await runOnFullDisk(0, ["feedback", "tr_1", "--rating", "1"], cwd);
  expect([feedback.exitCode, feedback.stdout]).toEqual([1, ""]);
  expect(feedback.stderr).toMatch(
    /^error: cannot store the feedback: .* larger than the system allows\n {2}→ free space/,
  );
  const exported = await runOnFullDisk(1, ["traces", "export", "--output", "all.jsonl"], cwd);
  expect([exported.exitCode, exported.stderr]).toEqual([
    1,
    expect.stringContaining("all.jsonl cannot be written"),
  ]);
  // Room for the lock, and not for what is kept.
  const deleted = await runOnFullDisk(1, ["traces", "delete", "tr_1", "--yes"], cwd);
  expect([deleted.exitCode, deleted.stderr]).toEqual([
    1,
    expect.stringMatching(/2026-11-20\.jsonl: .* larger/),
  ]);
  expect(await readFile(file, "utf8")).toBe(before);
  expect((await spawnShell("ls -A . .dao-opt/traces", { cwd })).stdout).toBe(
    ".:\n.dao-opt\n\n.dao-opt/traces:\n2026-11-20.jsonl\n",
  );
  expect((await spawnCli(["traces", "delete", "tr_1", "--yes"], { cwd })).stdout).toBe("1 trace deleted\n");
});
