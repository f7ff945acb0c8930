import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-find-"));
});

const ours = "registry: { path: ./kept }\nstate: { path: ./here }\n";

describe("a command without a named config", () => {
  test("uses the folders set by config.yaml or dao-opt.yaml in the working folder", async () => {
    for (const name of ["config.yaml", "dao-opt.yaml"]) {
      const folder = mkdtempSync(join(tmpdir(), "dao-opt-find-"));
      writeFileSync(join(folder, name), ours);
      const { stdout } = await runCli(["runs", "list"], { cwd: folder });
      expect(stdout).toBe(`no runs in ${join(folder, "here")}\n`);
    }
  });

  test("works with an incomplete config", async () => {
    writeFileSync(join(cwd, "config.yaml"), `${ours}optimizations: { nonsense: [1] }\n`);
    const { stdout, exitCode } = await runCli(["runs", "list"], { cwd });
    expect([exitCode, stdout]).toEqual([0, `no runs in ${join(cwd, "here")}\n`]);
  });

  test("finds a config in JSON, and ignores that of another tool", async () => {
    const json = (value: object) => writeFileSync(join(cwd, "config.yaml"), JSON.stringify(value, null, 2));
    json({ models: [], state: { path: "./here" } });
    expect((await runCli(["runs", "list"], { cwd })).stdout).toBe(`no runs in ${join(cwd, "here")}\n`);
    json({ services: { state: { path: "./here" } } });
    expect((await runCli(["runs", "list"], { cwd })).stdout).toBe(`no runs in ${join(cwd, ".dao-opt")}\n`);
  });

  test("ignores another tool's config.yaml", async () => {
    writeFileSync(join(cwd, "config.yaml"), "model_list:\n  - model_name: x\n");
    const { stdout } = await runCli(["runs", "list"], { cwd });
    expect(stdout).toBe(`no runs in ${join(cwd, ".dao-opt")}\n`);
    const { exitCode, stderr } = await runCli(["run"], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("no config given")]);
  });

  test("flags win over the config that was found", async () => {
    writeFileSync(join(cwd, "config.yaml"), ours);
    const { stdout } = await runCli(["runs", "list", "--state", "other"], { cwd });
    expect(stdout).toBe(`no runs in ${join(cwd, "other")}\n`);
  });

  test("run and validate use config.yaml of the folder, or --config; two configs are an error", async () => {
    writeFileSync(join(cwd, "config.yaml"), "prompts: 7\n");
    writeFileSync(join(cwd, "other.yaml"), "prompts: 7\n");
    for (const argv of [["run"], ["validate"], ["eval"]]) {
      expect((await runCli(argv, { cwd })).stderr).toContain("config.yaml:1:");
      expect((await runCli([...argv, "--config", "other.yaml"], { cwd })).stderr).toContain("other.yaml:1:");
      const both = await runCli([...argv, "config.yaml", "--config", "other.yaml"], { cwd });
      expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining("two different configs")]);
    }
  });
});
