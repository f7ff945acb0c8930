import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { type CliResult, runCli } from "../support/run-cli.ts";

// Written by version 0.1.0: a finished and an interrupted run, their cache, a registry, a dataset, traces.
const fixture = fileURLToPath(new URL("../fixtures/state-0.1.0", import.meta.url));
const finished = "r_20261129-155543420-j6v4";
const interrupted = "r_20261129-155545982-68jz";

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-old-")));
  cpSync(fixture, directory, { recursive: true });
});

const cli = (...args: readonly string[]): Promise<CliResult> =>
  runCli(args, { cwd: directory, env: { DAO_OPT_STATE: "state" } });

/** Content of every file below a folder. */
function contentOf(...parts: readonly string[]): ReadonlyMap<string, string> {
  const folder = join(directory, ...parts);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      readFileSync(join(parentPath, name), "utf8"),
    ]),
  );
}

describe("a run of version 0.1.0", () => {
  test.each([
    ["resume", finished],
    ["replay", finished],
    ["resume", interrupted],
    ["replay", interrupted],
  ])(
    "is not used for --%s (%s): a fresh run is needed, and the old one stays unchanged",
    async (flag, run) => {
      const before = contentOf("state");
      const config = run === finished ? "config.yaml" : "interrupted.yaml";
      const { exitCode, stderr } = await cli("run", config, `--${flag}`, run);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`error: ${run} was made by dao-opt 0.1.0, under older rules (1; now 2)`);
      expect(stderr).toContain(
        `→ start a fresh run without --${flag} (the answers of ${run} are not reused)`,
      );
      expect(stderr).toContain(`\`dao-opt runs show ${run}\` still shows its result`);
      expect(contentOf("state")).toEqual(before);
    },
  );

  test("is not picked by --resume either", async () => {
    const { exitCode, stderr } = await cli("run", "interrupted.yaml", "--resume");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${interrupted} was made by dao-opt 0.1.0`);
  });

  test("is listed, shown and reported, with zeros for missing counts", async () => {
    const list = await cli("runs", "list", "--json");
    expect(list.json).toMatchObject([
      { run: interrupted, status: "budget", calls: 15 },
      { run: finished, status: "completed", calls: 72, improved: 1 },
    ]);
    const shown = await cli("runs", "show", finished, "--json");
    const [improve] = runOutputSchema.parse(shown.json).optimizations;
    expect(improve).toMatchObject({
      status: "improved",
      usage: { total: { calls: 72, lost_calls: 0, retries: 0, estimated: false } },
      answers: { empty: 0, refusal: 0, cut_off: 0, filtered: 0, failed: 0 },
    });
    for (const run of [finished, interrupted]) {
      expect((await cli("runs", "show", run)).exitCode).toBe(0);
      expect((await cli("report", run)).exitCode).toBe(0);
      expect(readFileSync(join(directory, "state/runs", run, "report.html"), "utf8")).toContain("sentiment");
    }
  });
});

describe("the cache of version 0.1.0", () => {
  test("is neither used nor changed; a new run has its own cache", async () => {
    const before = contentOf("state", "cache");
    const first = runOutputSchema.parse((await cli("run", "config.yaml", "--json")).json);
    expect(first.optimizations[0]?.usage.total.cached_calls).toBe(0);
    const after = contentOf("state", "cache");
    const fresh = [...after].filter(([name]) => !before.has(name));
    expect([...after].filter(([name]) => before.has(name))).toEqual([...before]);
    // Version 0.1.0 reads `cache` itself and must not use answers under today's rules.
    expect(fresh.length).toBeGreaterThan(0);
    for (const [name, text] of fresh) {
      expect(name).toMatch(/^rules-2\/\w\w\.jsonl$/);
      for (const line of text.trimEnd().split("\n")) expect(JSON.parse(line)).toMatchObject({ rules: 2 });
    }
    const plan = JSON.parse(readFileSync(join(directory, "state/runs", first.run, "plan.json"), "utf8"));
    expect(plan).toMatchObject({ format: 1, rules: 2 });

    const resumed = await cli("run", "config.yaml", "--json", "--resume");
    expect(runOutputSchema.parse(resumed.json)).toMatchObject({ run: first.run, status: "completed" });
  });
});

describe("the registry of version 0.1.0", () => {
  test("verifies, and its versions keep their identity", async () => {
    expect((await cli("registry", "verify", "--json")).json).toMatchObject({ ok: true, damage: [] });
    const before = contentOf("prompts");
    const shown = await cli("registry", "show", "sentiment/2", "--json");
    expect(shown.json).toMatchObject({
      version: 2,
      version_id: "prv_We9a7KTRxSOBnTCPlx3OW",
    });
    // An equal prompt is the existing version.
    const called = await cli("call", "--prompt", "prompts/sentiment/v2.prompt", "--input", "text=I love it");
    expect(called.stderr).toContain("version 2");
    expect(called).toMatchObject({ exitCode: 0, stdout: "positive\n" });
    const after = contentOf("prompts");
    for (const [name, text] of before) {
      // Data about a version may grow: its model, counts that 0.1.0 did not have.
      if (!name.endsWith("v2.yaml")) expect(after.get(name)).toBe(text);
    }
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after.get("sentiment/v2.yaml")).toMatch(
      /^digest: db26faaedb810b265e0034ae3be2263845db60f7a03ae66027bec82a74e92968$/m,
    );
  });

  test("is the base of the next run", async () => {
    const { json } = await cli("run", "config.yaml", "--json");
    expect(runOutputSchema.parse(json).optimizations[0]?.base).toMatchObject({ version: 2 });
    expect((await cli("registry", "verify", "--json")).json).toMatchObject({ ok: true, damage: [] });
  });
});

describe("data of version 0.1.0", () => {
  test("a dataset is listed, read and valid", async () => {
    expect((await cli("dataset", "list", "--json")).json).toMatchObject([{ name: "answers", rows: 3 }]);
    expect((await cli("dataset", "validate", "answers")).exitCode).toBe(0);
    const shown = await cli("dataset", "show", "answers", "--json");
    expect(JSON.stringify(shown.json)).toContain("What a lovely day");
  });

  test("traces are listed and shown", async () => {
    const { exitCode, json } = await cli("traces", "list", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.stringify(json)).toContain("log_HsFcP1U6wBKUWPfYifeW1");
    const shown = await cli("traces", "show", "log_HsFcP1U6wBKUWPfYifeW1", "--json");
    expect(shown.json).toMatchObject({ trace_id: "log_HsFcP1U6wBKUWPfYifeW1", output: "negative" });
  });
});
