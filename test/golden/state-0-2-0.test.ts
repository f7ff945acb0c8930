import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { goldenFiles } from "../support/golden-files.ts";
import { type CliOptions, type CliResult, runCli } from "../support/run-cli.ts";

/*
 * Written by version 0.2.0, never to be regenerated: two finished runs (config.yaml, judged.yaml), one stopped by
 * `--max-calls 45` (interrupted.yaml), the cache of `eval config.yaml --split train`, a registry, a dataset,
 * traces. The finished runs were replayed with a fixed clock, so that a replay can equal them.
 */
const fixture = fileURLToPath(new URL("../fixtures/state-0.2.0", import.meta.url));
const finished = [
  ["config.yaml", "r_20261129-185318252-7h8r"],
  ["judged.yaml", "r_20261129-185321372-looz"],
] as const;
const interrupted = "r_20261129-185324623-wi6n";

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-0-2-0-")));
  cpSync(fixture, directory, { recursive: true });
});

const cli = (args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> =>
  runCli(args, { cwd: directory, env: { DAO_OPT_STATE: "state" }, ...options });

async function json<Document>(...args: readonly string[]): Promise<Document> {
  const result = await cli([...args, "--json"]);
  expect(result.exitCode, `${args.join(" ")}\n${result.stdout}\n${result.stderr}`).toBe(0);
  return result.json as Document;
}

const runFolder = (run: string) => join(directory, "state/runs", run);
const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
/** Every file below a folder with its bytes. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      read(parentPath, name),
    ]),
  );
}

describe("what is stored", () => {
  const golden = goldenFiles("state-0.2.0");
  test.each([
    "runs list",
    `runs show ${finished[0][1]}`,
    `runs show ${finished[1][1]}`,
    `runs show ${interrupted}`,
    "registry list",
    "registry show sentiment@staging",
    "registry history sentiment",
    "registry diff sentiment/1 sentiment/2",
    "registry export",
    "dataset show answers",
    "traces list",
    "traces show log_VUXhNsxymhrtD0V5dZCxD",
  ])("%s", async (command) => {
    const { exitCode, stdout, stderr } = await cli([...command.split(" "), "--json"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    // Everything is stored, times and ids too: only the folder is another one.
    const name = command.replaceAll(/[ /@]/g, "-");
    golden.expect(`${name}.json`, stdout.replaceAll(directory, "<folder>"));
  });
  test("and nothing else", () => golden.expectNoOthers());
});

describe.each(finished)("the finished run of %s", (config, run) => {
  test.each(["--replay", "--resume"])(
    "is refused by %s, because its engine decided otherwise",
    async (flag) => {
      const before = contentOf(join(directory, "state"));
      const { exitCode, stderr } = await cli(["run", config, flag, run]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${run} was planned differently; changed since:`);
      expect(stderr).toMatch(/optimizations\.\w+\.optimizer\.revision: nothing → \d/);
      expect(stderr).toContain(`start a fresh run without ${flag}`);
      expect(contentOf(join(directory, "state"))).toEqual(before);
    },
  );

  test("is rendered as a report of today, the same each time", async () => {
    const stored = read(runFolder(run), "record.json");
    await json("report", run);
    const page = read(runFolder(run), "report.html");
    const { optimizations } = JSON.parse(stored) as {
      optimizations: readonly { rows: readonly unknown[] }[];
    };
    for (const { rows } of optimizations) expect(page.match(/<tr class="k-/g)).toHaveLength(rows.length);
    expect(page).toContain("Version 2 is better");
    expect(page).toContain("Best score over steps");
    await json("report", run);
    expect(read(runFolder(run), "report.html")).toBe(page);
    expect(read(runFolder(run), "record.json")).toBe(stored);
  });
});

test("the interrupted run is refused: a new engine must not continue what another began", async () => {
  const before = contentOf(runFolder(interrupted));
  const { exitCode, stderr } = await cli(["run", "interrupted.yaml", "--resume", interrupted]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/optimizations\.\w+\.optimizer\.revision: nothing → \d/);
  expect(contentOf(runFolder(interrupted))).toEqual(before);
});

describe("the cache", () => {
  test("answers every call of the evaluation that filled it", async () => {
    const before = contentOf(join(directory, "state/cache"));
    interface Output {
      readonly results: readonly {
        readonly usage: { readonly calls: number; readonly cached_calls: number };
      }[];
    }
    const { results } = await json<Output>("eval", "config.yaml", "--split", "train");
    const usages = results.map(({ usage: { calls, cached_calls: cached } }) => ({ calls, cached }));
    expect(usages).toEqual([
      { calls: 0, cached: 11 },
      { calls: 0, cached: 11 },
    ]);
    expect(contentOf(join(directory, "state/cache"))).toEqual(before);
  });
});

describe("the registry", () => {
  test("verifies, and its versions keep their identity", async () => {
    expect(await json("registry", "verify")).toEqual({ ok: true, damage: [], notes: [] });
    const before = contentOf(join(directory, "prompts"));
    // An equal prompt is the version that is there.
    const filed = await json("registry", "upsert", "prompts/sentiment/v2.prompt", "--path", "sentiment");
    expect(filed).toMatchObject({ version: 2, version_id: "prv_hDQ8cic9ZSJKAFPEMInhi", is_new: false });
    expect(contentOf(join(directory, "prompts"))).toEqual(before);
  });
});

describe("data", () => {
  test("a dataset is listed, read and valid", async () => {
    expect(await json("dataset", "list")).toMatchObject([{ name: "answers", rows: 3 }]);
    expect(await json("dataset", "validate", "answers")).toMatchObject({ ok: true });
  });

  test("equal answers that are collected again change no row", async () => {
    const before = contentOf(join(directory, "state/datasets"));
    const source = ["--prompt", "sentiment", "--model", "large"];
    const given = ["--inputs", "data/inputs.jsonl", "--dataset", "answers"];
    expect(await json("collect", "config.yaml", ...source, ...given)).toMatchObject({
      merged: { added: 0, updated: 0, unchanged: 3 },
      usage: { calls: 0, cached_calls: 3 },
    });
    expect(contentOf(join(directory, "state/datasets"))).toEqual(before);
  });
});
