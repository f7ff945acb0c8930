import { expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createWorldProject, modulePath } from "../../support/world-project.ts";

function raceProject() {
  const project = createWorldProject();
  const { x } = project.config.optimizations.prompt_optimizations as { x: { optimizer: object } };
  const own = { ...x.optimizer, use: modulePath("world-engine") };
  x.optimizer = { use: "race", options: { engines: ["few_shot", own] } };
  project.save();
  return project;
}

test("an engine that runs others opens the user's own by path, as well as built-in ones", async () => {
  const project = raceProject();
  const { exitCode, json } = await project.run(["--json"]);
  expect(exitCode).toBe(0);
  const [one] = runOutputSchema.parse(json).optimizations;
  expect(one).toMatchObject({ optimizer: "race", status: "improved" });
  const [run = ""] = project.runs();
  expect(project.read(".dao-opt", "runs", run, "candidates.jsonl")).toContain("world-engine.js: list");
});

test("such a run decides the same when resumed from its journal", async () => {
  const project = raceProject();
  const first = runOutputSchema.parse((await project.run(["--json", "-j", "8"])).json);
  const calls = project.world.calls.length;
  const again = runOutputSchema.parse((await project.run(["--json", "--resume"])).json);
  expect(project.world.calls).toHaveLength(calls);
  expect(again.optimizations[0]?.optimized).toEqual(first.optimizations[0]?.optimized);
});
