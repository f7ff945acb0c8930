import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

/** zsh and fish from Debian; fails where they are neither present nor can be installed. */
function ensureShell(name: string): void {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
  } catch {
    execFileSync("apt-get", ["install", "--yes", "--quiet", name], { stdio: "ignore" });
  }
}

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  for (const name of ["zsh", "fish"]) {
    ensureShell(name);
    const { stdout } = await runCli(["completion", name], { cwd: workspace.in(".") });
    writeFileSync(workspace.in(`completion.${name}`), stdout);
  }
  mkdirSync(workspace.in("configs"));
  writeFileSync(join(workspace.in("."), "config.yaml"), "");
});
afterAll(() => workspace?.close());

function lines(shell: string, ...args: readonly string[]): string[] {
  const out = execFileSync(shell, args, { cwd: workspace.in("."), encoding: "utf8" });
  return out
    .split("\n")
    .map((line) => line.replace(/\t.*/, ""))
    .filter((line) => line !== "");
}

describe("fish", () => {
  const offered = (line: string) =>
    lines("fish", "--no-config", "-c", `source completion.fish; complete -C '${line}'`);

  it.each([
    ["dao-opt r", ["registry", "report", "run", "runs"]],
    ["dao-opt run --fail-on ", ["no_proven_improvement", "regressed"]],
    ["dao-opt run --max-calls ", []],
    ["dao-opt run --dry", ["--dry-run"]],
    ["dao-opt registry deploy --envir", ["--environment"]],
    ["dao-opt help doc", ["doctor"]],
  ])("completes %j", (line, words) => {
    expect(offered(line).sort()).toEqual(words);
  });

  it("loads without a message", () => {
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "completion.fish"], {
      cwd: workspace.in("."),
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
  });

  it("completes files where a file is due", () => {
    expect(offered("dao-opt run conf")).toEqual(expect.arrayContaining(["config.yaml", "configs/"]));
    expect(offered("dao-opt run --junit conf")).toEqual(expect.arrayContaining(["config.yaml"]));
  });
});

describe("zsh", () => {
  // The two commands of zsh's completion system which the script calls print what they get.
  const offered = (...words: readonly string[]) => {
    const script = [
      "compdef() { : }",
      "compadd() { shift; print -l -- $@ }",
      "_files() { print -l -- FILES }",
      "source completion.zsh",
      `words=(dao-opt ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=$#words; _dao_opt`,
    ];
    return lines("zsh", "--no-rcs", "-c", script.join("\n"));
  };

  it("lists commands, flags, choices and files", () => {
    expect(offered("r")).toEqual(expect.arrayContaining(["run", "registry", "--version"]));
    expect(offered("run", "--fail-on", "")).toEqual(["regressed", "no_proven_improvement"]);
    expect(offered("run", "--max-calls", "")).toEqual([]);
    expect(offered("run", "--junit", "")).toEqual(["FILES"]);
    expect(offered("run", "")).toEqual(expect.arrayContaining(["--dry-run", "FILES"]));
    expect(offered("registry", "deploy", "")).toContain("--environment");
    expect(offered("runs", "list", "")).not.toContain("--junit");
  });
});
