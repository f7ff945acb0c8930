import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../../support/run-cli.ts";

let cwd: string;
let script: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-completion-"));
  mkdirSync(join(cwd, "configs"));
  writeFileSync(join(cwd, "config.yaml"), "");
  script = join(cwd, "completion.bash");
  writeFileSync(script, (await runCli(["completion", "bash"], { cwd })).stdout);
});

/** Bash's suggestions for the last of these words. */
function offered(...words: readonly string[]): string[] {
  const line = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dao_opt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["--norc", "-c", line, "bash", script, "dao-opt", ...words], {
    cwd,
    encoding: "utf8",
  });
  return out.split("\n").filter((word) => word !== "");
}

describe("bash completion", () => {
  test("is valid bash", () => {
    execFileSync("bash", ["-n", script]);
  });

  test("suggests commands, subcommands and help topics", () => {
    expect(offered("r")).toEqual(["run", "runs", "report", "registry"]);
    expect(offered("registry", "d")).toEqual(["diff", "deploy", "delete"]);
    expect(offered("help", "doc")).toEqual(["doctor"]);
  });

  test("suggests the flags of the exact command, not of one with the same prefix", () => {
    expect(offered("run", "config.yaml", "--re")).toEqual([
      "--resume",
      "--replay",
      "--registry",
      "--register-anyway",
    ]);
    expect(offered("runs", "--re")).toEqual([]);
    expect(offered("runs", "list", "--")).toEqual([
      "--json",
      "--state",
      "--debug",
      "--no-color",
      "--config",
      "--help",
    ]);
    expect(offered("run", "-j", "4", "config.yaml", "--dry")).toEqual(["--dry-run"]);
  });

  test("suggests known values of a flag, otherwise files; and files for a config", () => {
    expect(offered("run", "config.yaml", "--fail-on", "")).toEqual(["regressed", "no_proven_improvement"]);
    expect(offered("run", "--junit", "conf")).toEqual(expect.arrayContaining(["config.yaml", "configs"]));
    expect(offered("run", "conf")).toEqual(expect.arrayContaining(["config.yaml", "configs"]));
    expect(offered("registry", "list", "conf")).toEqual([]);
  });

  test("suggests nothing where a number or a name is due", () => {
    expect(offered("run", "config.yaml", "--max-calls", "")).toEqual([]);
    expect(offered("registry", "deploy", "--environment", "")).toEqual([]);
    expect(offered("run", "--set", "")).toEqual([]);
  });
});

test("zsh and fish get the same suggestions", async () => {
  const zsh = (await runCli(["completion", "zsh"], { cwd })).stdout;
  expect(zsh).toContain("#compdef dao-opt\n");
  expect(zsh).toMatch(/"registry deploy"\|"registry deploy "\*\) choices=\(--json .*--environment/);
  // In zsh these are the shell's own: the search path and the words of the line.
  expect(zsh).not.toMatch(/\b(local|typeset) (-a )?(path|words)\b/);
  const fish = (await runCli(["completion", "fish"], { cwd })).stdout;
  expect(fish).toContain("complete -c dao-opt -f -n '__fish_use_subcommand' -a run\n");
  expect(fish).toContain(
    "complete -c dao-opt -n '__fish_seen_subcommand_from run' -l fail-on -x -a 'regressed no_proven_improvement'\n",
  );
  expect(fish).toContain(
    "-n '__fish_seen_subcommand_from registry; and __fish_seen_subcommand_from deploy' -l environment -x\n",
  );
});

test("other shells are rejected by name", async () => {
  expect(await runCli(["completion", "fsh"], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: 'error: unsupported shell "fsh"\n  → did you mean fish?\n',
  });
});
