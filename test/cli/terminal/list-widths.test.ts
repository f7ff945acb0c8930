import stringWidth from "fast-string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { createWorldProject, type WorldProject } from "../../support/world-project.ts";

let project: WorldProject;
beforeAll(async () => {
  project = createWorldProject({ optimization: { source_model: "large" } });
  await project.run();
}, 60_000);

const commands: readonly (readonly [words: readonly string[]])[] = [
  ["runs", "list"],
  ["runs", "show"],
  ["registry", "list"],
  ["registry", "history", "p"],
  ["registry", "environment", "list"],
  ["dataset", "stats", "rows.jsonl"],
  ["models", "anthropic"],
  ["models", "--providers"],
  ["run", "config.yaml", "--dry-run"],
].map((words) => [words]);

describe("no printed line but a command is wider than the terminal", () => {
  test.each(commands)("%s", { timeout: 60_000 }, async (words) => {
    // 0 is a terminal that does not report its size: 80 columns.
    for (const columns of [0, 20, 40, 49, 50, 59, 60, 79, 80, 89, 90, 100, 120, 200, 300]) {
      const { stdout, exitCode } = await project.cli(words, {
        columns,
        isTerminal: true,
        env: { NO_COLOR: "1" },
      });
      const lines = stdout.split("\n").filter((line) => !/^ *dao-opt /.test(line));
      const widest = Math.max(...lines.map((line) => stringWidth(line)));
      expect([exitCode, columns, widest <= (columns === 0 ? 80 : columns), widest]).toEqual([
        0,
        columns,
        true,
        widest,
      ]);
    }
  });

  test("under TERM=dumb, in ASCII in the C locale and on old Windows consoles", async () => {
    for (const env of [{ TERM: "dumb", LANG: "C" }, { TERM: "linux" }]) {
      const { stdout } = await project.cli(["runs", "show"], {
        columns: 80,
        isTerminal: true,
        env: { ...env, NO_COLOR: "1" },
      });
      expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
      expect(stdout).toContain("+ x: version 2 is better");
    }
  });
});
