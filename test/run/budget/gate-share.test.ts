import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { planOutputSchema } from "../../../src/cli/commands/run/plan-output.ts";
import { createWorldProject, type WorldProject } from "../../support/world-project.ts";

/** A cheap target, and a source model that is a hundred times as expensive. */
function dearSource(usd: number): WorldProject {
  const project = createWorldProject({
    model: { max_tokens: 20, price: { input: 100, output: 100 } },
    optimization: { source_model: "source", budget: { usd } },
  });
  const { llms } = project.config.resources;
  llms["source"] = { ...llms["small"], name: "source", price: { input: 10_000, output: 10_000 } };
  project.save();
  return project;
}

const keptNote = /^x: about .* of the budget of .* are kept for the gate; /;

describe("the gate's share of a budget", () => {
  test("covers the source model at its own price: parity is measured within the cap", async () => {
    const { exitCode, json, stderr } = await dearSource(120).run(["--json", "-j", "8"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode, stderr).toBe(0);
    expect(one?.status).toBe("improved");
    expect(one?.scores.source?.score).toBeGreaterThan(0);
    expect(one?.usage.total.usd).toBeLessThanOrEqual(120);
    expect(one?.usage.total.usd).toBeGreaterThan(5);
  });

  test("follows the actual cost of answers: a budget far below the worst case suffices", async () => {
    // The worst case of source, base and winner on the test rows alone is above 60 USD.
    const project = dearSource(30);
    const { exitCode, json, stderr } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode, stderr).toBe(0);
    expect(one?.scores.source?.score).toBeGreaterThan(0);
    expect(one?.usage.total.usd).toBeLessThanOrEqual(30);
  });

  test("validate, --dry-run and run reject a budget that does not cover base, a step and gate with the same message", async () => {
    const project = dearSource(1);
    const refusal =
      /budget\.usd: 1\.00 USD does not cover the base on 12 validation rows, one step of the search and the gate on 30 test rows; allow at least [\d.]+, or/;
    for (const args of [["validate"], ["run", "--dry-run"], ["run"]]) {
      const [command = "", ...flags] = args;
      const { exitCode, stderr } = await project.cli([command, "config.yaml", ...flags]);
      expect(exitCode).toBe(2);
      expect(stderr.replace(/\s+/g, " ")).toMatch(refusal);
    }
    expect(project.world.calls).toEqual([]);
  });

  test("leaves the base its part: the minimum named by the error reaches the gate", async () => {
    // Without max_tokens, the worst case of a single call is a large part of a small budget; and the provider
    // counts more tokens than the plan estimates for a row.
    const project = createWorldProject({
      model: { price: { input: 100, output: 100 } },
      optimization: { budget: { usd: 0.01 } },
    });
    const refused = await project.run([]);
    expect(refused.exitCode).toBe(2);
    const [, least] = /allow at least ([\d.]+), or/.exec(refused.stderr.replace(/\s+/g, " ")) ?? [];
    const { optimizations } = project.config;
    for (const [times, rows] of [
      [1, 10],
      [2, 30],
    ] as const) {
      const usd = Number(least) * times;
      optimizations.prompt_optimizations["x"] = {
        ...optimizations.prompt_optimizations["x"],
        budget: { usd },
      };
      project.save();
      const { exitCode, json, stderr } = await project.run(["--json", "--no-cache"]);
      const [one] = runOutputSchema.parse(json).optimizations;
      expect(exitCode, stderr).toBe(0);
      expect(one?.scores.test?.rows).toBeGreaterThanOrEqual(rows);
      expect(one?.usage.total.usd).toBeLessThanOrEqual(usd);
    }
  });

  test.each(["gepa", "few_shot", "mipro"])(
    "%s that runs out of dollars reports dollars, not calls",
    async (optimizer) => {
      const project = createWorldProject({
        model: { max_tokens: 20, price: { input: 100, output: 100 } },
        optimization: { optimizer, max_steps: 50, patience: 50, budget: { usd: 3 } },
      });
      const { exitCode, json, stderr } = await project.run(["--json"]);
      expect(exitCode, stderr).toBe(0);
      const [one] = runOutputSchema.parse(json).optimizations;
      expect(one?.stopped).toBe("budget_usd");
    },
  );

  test("is noted before the run if it is large, but not if it is small or only calls are capped", async () => {
    const notesOf = async (project: WorldProject) =>
      planOutputSchema
        .parse((await project.run(["--dry-run", "--json"])).json)
        .notes.filter((note) => keptNote.test(note));
    expect(await notesOf(dearSource(12))).toHaveLength(1);
    expect(await notesOf(dearSource(2000))).toEqual([]);
    expect(await notesOf(createWorldProject({ optimization: { budget: { calls: 100 } } }))).toEqual([]);
  });
});
