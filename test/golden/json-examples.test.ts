import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goldenProject } from "../support/golden-json.ts";
import { serveCli } from "../support/serve-cli.ts";

/** `--set` of one optimization's keys. */
const set = (name: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(
    ([key, value]) => `--set=optimizations.prompt_optimizations.${name}.${key}=${value}`,
  );
const small = { max_steps: "1", num_candidates: "2" };

// Plans are those of the unchanged examples, so their digests match; runs are small.
test("json-extraction", async () => {
  const project = goldenProject("json-extraction");
  await project.json("validate", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  const split = "--set=datasets.support_emails.split={train: 0.1, validation: 0.1, test: 0.3}";
  await project.json("run", ["config.yaml", split, ...set("optimize_facility_support", small)]);
  await project.json("registry show", ["facility_support/2"]);
  await project.json("registry diff", ["facility_support/1", "facility_support/2"]);
  project.expectNoOthers();
});

test("intent-labels", async () => {
  const project = goldenProject("intent-labels");
  await project.json("validate", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  const split = "--set=datasets.banking77.split={train: 0.1, validation: 0.1, test: 0.1, seed: 7}";
  const smallest = set("optimize_intent", { ...small, "budget.calls": "400" });
  await project.json("run", ["config.yaml", split, ...smallest]);
  await project.json("dataset stats", ["data/banking77.csv"]);
  project.expectNoOthers();
});

test("migration", async () => {
  const project = goldenProject("migration");
  const posts = readFileSync(join(project.directory, "data/posts.jsonl"), "utf8").split("\n");
  const few = posts.filter((_, at) => at % 8 === 0);
  writeFileSync(join(project.directory, "few.jsonl"), `${few.join("\n")}\n`);
  const inputs = ["config.yaml", "--inputs", "few.jsonl", ...set("leave_large", small)];
  await project.json("validate", ["config.yaml"], { exitCode: 2 });
  await project.json("migrate", [...inputs, "--dry-run"], { variant: "dry" });
  await project.json("migrate", inputs);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  project.expectNoOthers();
});

test("real-provider", async () => {
  const project = goldenProject("real-provider", { env: { OPENAI_API_KEY: "sk-none" } });
  await project.json("validate", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  await project.json("doctor", ["config.yaml"]);
  await project.json("run", ["config.yaml"], { variant: "no-key", exitCode: 4, env: { OPENAI_API_KEY: "" } });
  project.expectNoOthers();
});

test("judges", async () => {
  const project = goldenProject("judges");
  const labels = ["config.yaml", "--labels", "data/labels.csv"];
  await project.json("judge check", [...labels, "--dry-run"], { variant: "dry" });
  await project.json("judge check", [...labels, "--rater", "tom"]);
  await project.json("judge align", [...labels, "--seed", "1"]);
  project.expectNoOthers();
});

test("config-examples", async () => {
  const project = goldenProject("config-examples", { source: "config/examples" });
  await project.json("validate", ["prompt_optimization.yaml"]);
  await project.json("run", ["prompt_optimization.yaml", "--dry-run"], { variant: "dry" });
  project.expectNoOthers();
});

test("ci", async () => {
  const project = goldenProject("ci");
  await project.json("models", ["cerebras", "llama"]);
  await project.json("validate", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  project.expectNoOthers();
});

test("scale", async () => {
  const project = goldenProject("scale");
  await project.json("validate", ["config.yaml"]);
  // Nothing listens there: what a worker prints at its end is tested with a real queue.
  await project.json("worker", ["config.yaml", "--queue", "redis://:secret-password@127.0.0.1:1"], {
    exitCode: 4,
  });
  await project.json("run", ["config.yaml", "--workers", "redis://:secret-password@127.0.0.1:1"], {
    variant: "no-queue",
    exitCode: 4,
  });
  project.expectNoOthers();
});

describe("two-prompts", () => {
  test("over HTTP", async () => {
    const project = goldenProject("two-prompts");
    const server = await serveCli(["offline-server", "--port", "0", "--json"], { cwd: project.directory });
    const { url } = JSON.parse(server.ready) as { url: string };
    const env = { OPENAI_BASE_URL: url, OPENAI_API_KEY: "none" };
    await project.json("validate", ["config.yaml"]);
    // The address is part of the plan and its digest, so it is the example's own.
    await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
    const split = "--set=datasets.tweets.split={train: 0.1, validation: 0.1, test: 0.2}";
    await project.json("run", ["config.yaml", split, ...set("optimize_desk", small)], { env });
    await project.json("registry history", ["question"]);
    expect((await server.stop()).exitCode).toBe(0);
    project.expectNoOthers();
  });
});
