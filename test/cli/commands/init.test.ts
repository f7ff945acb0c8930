import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../support/run-cli.ts";

const folder = () => mkdtempSync(join(tmpdir(), "dao-opt-init-"));

test("init writes a project that validates, and says what to type next", async () => {
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

test("init never overwrites, unless told to", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "config.yaml"), "mine");
  const { exitCode, stderr } = await runCli(["init"], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    `error: ${cwd} already has config.yaml\n  → choose another folder, or --force to overwrite\n`,
  );
  expect(readFileSync(join(cwd, "config.yaml"), "utf8")).toBe("mine");
  expect(existsSync(join(cwd, "schema.json"))).toBe(false);
  expect((await runCli(["init", "--force"], { cwd })).exitCode).toBe(0);
  expect(readFileSync(join(cwd, "config.yaml"), "utf8")).not.toBe("mine");
});
