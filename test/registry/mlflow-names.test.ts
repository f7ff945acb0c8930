import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

async function registry(...paths: readonly string[]) {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "mlflow-names-")));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const cli = (...args: string[]) => runCli(args, { cwd });
  for (const path of paths) {
    const stdin = `---\nmodel: offline/echo\nprovider: offline\n---\n${path} {{text}}`;
    const { stderr } = await runCli(["registry", "upsert", "-", "--path", path], { cwd, stdin });
    expect(stderr).toBe("");
  }
  return cli;
}

test("a URI as MLflow writes it finds the prompt in folders, in every command that takes a reference", async () => {
  const cli = await registry("main/default/x");
  const uri = "prompts:/main.default.x";
  for (const args of [
    ["registry", "show", `${uri}/1`],
    ["registry", "show", `${uri}@latest`],
    ["registry", "history", uri],
    ["registry", "diff", `${uri}/1`, `${uri}@1`],
    ["registry", "deploy", `${uri}/1`, "--environment", "staging", "--new"],
    ["registry", "undeploy", uri, "--environment", "staging"],
    ["call", `${uri}/1`, "--input", "text=a"],
    ["call", uri, "--version", "1", "--input", "text=a"],
    ["call", uri, "--environment", "production", "--input", "text=a"],
    ["registry", "rename-version", `${uri}/1`, "one"],
    ["registry", "move", uri, "main/other"],
  ]) {
    const { exitCode, stderr } = await cli(...args);
    expect([args, exitCode, stderr]).toEqual([args, 0, expect.not.stringContaining("error")]);
  }
  expect((await cli("registry", "delete", "prompts:/main.other", "--yes")).exitCode).toBe(0);
});

test("the exact name wins, and a path that is no URI keeps its dots", async () => {
  const cli = await registry("a/b", "a.b", "c/d");
  expect((await cli("registry", "show", "prompts:/a.b/1", "--raw")).stdout).toBe("a.b {{text}}\n");
  expect((await cli("registry", "show", "prompts:/c.d/1", "--raw")).stdout).toBe("c/d {{text}}\n");
  const missing = await cli("registry", "show", "c.d");
  expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('"c.d"')]);
});
