import { describe, expect, test } from "vitest";
import { planOutputSchema } from "../../../src/cli/output/plan-output.ts";
import { runOutputSchema } from "../../../src/cli/output/run-output.ts";
import { createWorldProject, type WorldProject } from "../../support/world-project.ts";

/** A cheap target, and a source model a hundred times as dear. */
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

const setAside =
  /^x: of a budget of .* are set aside for the gate, .* a smaller max_tokens leaves more for the search$/;

describe("the gate's share of a budget", () => {
  test("holds the source model at its own price: parity is measured, and the cap kept", async () => {
    const { exitCode, json, stderr } = await dearSource(120).run(["--json", "-j", "8"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode, stderr).toBe(0);
    expect(one?.status).toBe("improved");
    expect(one?.scores.source?.score).toBeGreaterThan(0);
    expect(one?.usage.total.usd).toBeLessThanOrEqual(120);
    expect(one?.usage.total.usd).toBeGreaterThan(5);
  });

  test("leaves no search where the source model alone could take it all, and says so before and after", async () => {
    const project = dearSource(30);
    const { exitCode, json } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode).toBe(1);
    expect(one?.error?.message).toMatch(/with the gate set aside, the search had 0\.0000 of 30 USD$/);
    expect(one?.error?.hint).toContain("give the models a smaller max_tokens");
    expect(project.world.calls).toEqual([]);
    const plan = planOutputSchema.parse((await project.run(["--dry-run", "--json"])).json);
    expect(plan.notes.filter((note) => setAside.test(note))).toHaveLength(1);
  });

  test("is not spoken of where it is small, or calls alone are capped", async () => {
    const roomy = planOutputSchema.parse((await dearSource(2000).run(["--dry-run", "--json"])).json);
    const calls = createWorldProject({ optimization: { budget: { calls: 100 } } });
    const counted = planOutputSchema.parse((await calls.run(["--dry-run", "--json"])).json);
    for (const { notes } of [roomy, counted]) expect(notes.filter((note) => setAside.test(note))).toEqual([]);
  });

  test("without max_tokens is told before the run: answers may be as long as the plan's own limit", async () => {
    const project = createWorldProject({
      model: { price: { input: 1, output: 10 } },
      optimization: { budget: { usd: 3 } },
    });
    const { stderr } = await project.run(["--dry-run"]);
    const { stdout } = await project.run(["--dry-run"]);
    expect(`${stdout}${stderr}`.replace(/\s+/g, " ")).toMatch(
      /of a budget of 3\.00 USD, up to 2\.\d\d USD are set aside for the gate/,
    );
  });
});
