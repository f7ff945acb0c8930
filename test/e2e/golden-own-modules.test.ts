import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { goldenProject } from "../support/golden-json.ts";
import { repository } from "../support/spawn-cli.ts";

// Among the e2e tests, because the example's modules import the built package.
test("own-engine-and-scorer prints the stored output", async () => {
  const project = goldenProject("own-engine-and-scorer");
  const packages = join(dirname(project.directory), "node_modules");
  mkdirSync(packages);
  symlinkSync(repository, join(packages, "dao-opt"), "dir");
  await project.json("validate", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  const split = "--set=datasets.tweets.split={train: 0.1, validation: 0.1, test: 0.2}";
  const attempts = "--set=optimizations.prompt_optimizations.optimize_sentiment.optimizer.options.attempts=2";
  await project.json("run", ["config.yaml", split, attempts]);
  await project.json("eval", ["config.yaml", split, "--split", "validation"]);
  project.expectNoOthers();
});
