import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

interface LikelyAndActual {
  readonly likely: number;
  readonly actual: number;
}

const examples = ["quickstart", "intent-labels", "json-extraction", "ci"];
const table: object[] = [];

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

/** Runs a built-in example in its own folder and reads the record's check of the estimate. */
async function runExample(name: string) {
  const cwd = workspace.in("examples", name);
  const { exitCode, stderr } = await runCli(["run", "config.yaml", "--json", "--no-cache"], { cwd });
  expect([0, 1], stderr).toContain(exitCode);
  const runs = join(cwd, ".dao-opt", "runs");
  const record = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0] ?? "", "record.json"), "utf8"));
  return record.optimizations as readonly {
    readonly name: string;
    readonly estimate: Record<"calls" | "tokens", LikelyAndActual> & { usd: LikelyAndActual | null };
  }[];
}

describe("the likely figures of a plan", () => {
  test.each(examples)(
    "are within a factor of two of the actual ones in %s",
    { timeout: 240_000 },
    async (name) => {
      for (const { name: optimization, estimate } of await runExample(name)) {
        const { calls, tokens, usd } = estimate;
        table.push({ example: name, optimization, calls, tokens, usd });
        for (const [what, { likely, actual }] of Object.entries({
          calls,
          tokens,
          ...(usd === null ? {} : { usd }),
        })) {
          const place = `${optimization}: ${what}, likely ${likely}, actual ${actual}`;
          expect(likely, place).toBeLessThanOrEqual(actual * 2);
          expect(likely, place).toBeGreaterThanOrEqual(actual / 2);
        }
      }
    },
  );

  afterAll(async () => {
    console.log(table.map((line) => JSON.stringify(line)).join("\n"));
    await workspace.close();
  });
});
