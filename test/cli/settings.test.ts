import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { CliContext } from "../../src/cli/context.ts";
import { readSettings } from "../../src/cli/settings.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-settings-"));
});
const read = (given: Record<string, unknown>, env: Record<string, string> = {}) =>
  readSettings(given, { cwd, env } as unknown as CliContext, "config.yaml");

describe("settings", () => {
  test("a flag overrides the environment, which overrides .env", async () => {
    writeFileSync(join(cwd, ".env"), "DAO_OPT_CONCURRENCY=3\nDAO_OPT_SEED=1\nDAO_OPT_MAX_CALLS=9\n");
    const env = { DAO_OPT_CONCURRENCY: "5", DAO_OPT_SEED: "2" };
    expect(await read({ concurrency: "7" }, env)).toEqual({ concurrency: 7, seed: 2, maxCalls: 9 });
    expect(await read({})).toEqual({ concurrency: 3, seed: 1, maxCalls: 9 });
  });

  test("--env-file is read in place of .env", async () => {
    writeFileSync(join(cwd, ".env"), "DAO_OPT_SEED=1\n");
    writeFileSync(join(cwd, "other.env"), "DAO_OPT_SEED=2\n");
    expect(await read({ envFile: "other.env" })).toEqual({ envFile: "other.env", seed: 2 });
    expect(await read({}, { DAO_OPT_ENV_FILE: "other.env" })).toMatchObject({ seed: 2 });
  });

  test("every flag has an environment variable of the same name", async () => {
    const env = {
      DAO_OPT_ONLY: "a, b",
      DAO_OPT_DRY_RUN: "1",
      DAO_OPT_JSON: "true",
      DAO_OPT_EVENTS: "-",
      DAO_OPT_MAX_COST: "$2.5",
      DAO_OPT_TIMEOUT: "20m",
      DAO_OPT_RESUME: "1",
      DAO_OPT_REPLAY: "r_1",
      DAO_OPT_NO_CACHE: "yes",
      DAO_OPT_SET: "a.b=1,2,c.d=[3,4]",
      DAO_OPT_REGISTRY: "r",
      DAO_OPT_STATE: "s",
      DAO_OPT_JUNIT: "j.xml",
      DAO_OPT_REGISTER_ANYWAY: "on",
      DAO_OPT_FAIL_ON: "regressed",
      DAO_OPT_QUIET: "1",
      DAO_OPT_VERBOSE: "0",
      DAO_OPT_DEBUG: "",
      DAO_OPT_NO_COLOR: "1",
      DAO_OPT_NO_PROGRESS: "no",
    };
    expect(await read({}, env)).toEqual({
      only: ["a", "b"],
      dryRun: true,
      json: true,
      events: "-",
      maxCost: 2.5,
      timeout: 1_200_000,
      resume: true,
      replay: "r_1",
      cache: false,
      set: ["a.b=1,2", "c.d=[3,4]"],
      registry: "r",
      state: "s",
      junit: "j.xml",
      registerAnyway: true,
      failOn: "regressed",
      quiet: true,
      color: false,
    });
  });

  test("commander's default for a --no- flag does not count as user input", async () => {
    expect(await read({ cache: true, color: true }, { DAO_OPT_NO_CACHE: "1" })).toEqual({ cache: false });
    expect(await read({ cache: false })).toEqual({ cache: false });
  });

  test.each([
    [{ concurrency: "0" }, {}, '--concurrency must be a whole number of at least 1, got "0"'],
    [{ maxCost: "much" }, {}, '--max-cost must be a number greater than 0, got "much"'],
    [{ seed: "1.5" }, {}, '--seed must be a whole number, got "1.5"'],
    [
      {},
      { DAO_OPT_CONCURRENCY: "many" },
      'DAO_OPT_CONCURRENCY must be a whole number of at least 1, got "many"',
    ],
    [{}, { DAO_OPT_QUIET: "perhaps" }, 'DAO_OPT_QUIET must be 1 or 0, got "perhaps"'],
    [
      {},
      { DAO_OPT_FAIL_ON: "never" },
      'DAO_OPT_FAIL_ON must be regressed or no_proven_improvement, got "never"',
    ],
  ])("%j with %j is refused", async (given, env, message) => {
    await expect(read(given, env)).rejects.toThrow(message);
  });
});
