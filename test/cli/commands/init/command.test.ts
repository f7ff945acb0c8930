import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../../support/run-cli.ts";

const folder = () => mkdtempSync(join(tmpdir(), "dao-opt-init-"));

test("init writes a valid project and prints the next commands", async () => {
  const cwd = folder();
  const { exitCode, stdout } = await runCli(["init", "my-prompts"], { cwd });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`wrote my-prompts/schema.json
wrote my-prompts/config.yaml
wrote my-prompts/data/reviews.jsonl
wrote my-prompts/.gitignore

next: cd my-prompts && dao-opt run config.yaml
`);
  expect(readFileSync(join(cwd, "my-prompts/.gitignore"), "utf8")).toContain(".dao-opt");
  const valid = await runCli(["validate", "config.yaml"], { cwd: join(cwd, "my-prompts") });
  expect(valid).toMatchObject({ exitCode: 0, stderr: "" });
});

test.each(["my prompts", "it's $HOME", "-x", "a/b c"])(
  "after init %j the command to type next works as it is printed",
  async (directory) => {
    const cwd = folder();
    const { stdout, exitCode } = await runCli(["init", "--", directory], { cwd });
    expect(exitCode).toBe(0);
    const next = /^next: (.*) && dao-opt run config.yaml$/m.exec(stdout)?.[1] ?? "";
    const there = execFileSync("sh", ["-c", `${next} && pwd -P`], { cwd, encoding: "utf8" });
    expect(there.trimEnd()).toBe(realpathSync(join(cwd, directory)));
  },
);

test("init overwrites only with --force", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "config.yaml"), "mine");
  const { exitCode, stderr } = await runCli(["init"], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    `error: ${cwd} already has config.yaml\n  → choose another folder or overwrite with --force\n`,
  );
  expect(readFileSync(join(cwd, "config.yaml"), "utf8")).toBe("mine");
  expect(existsSync(join(cwd, "schema.json"))).toBe(false);
  expect((await runCli(["init", "--force"], { cwd })).exitCode).toBe(0);
  expect(readFileSync(join(cwd, "config.yaml"), "utf8")).not.toBe("mine");
});
