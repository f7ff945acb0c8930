import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AppConfig } from "../src/app-config.ts";
import { InterruptedError, isDaoOptError, ModelError, OptimizationError } from "../src/core/errors.ts";
import { startMlflowStore } from "./mlflow/unit/loopback-store.ts";
import { basePrompt, createWorldProject, goodPrompt, type WorldProject } from "./support/world-project.ts";

const open = (project: WorldProject) =>
  AppConfig.fromFile("config.yaml", { cwd: project.directory, env: {} });

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "it resolved",
    (error: unknown) => error,
  );
}

describe("config as a library, as in the seed", () => {
  test("optimizes all prompts at once", async () => {
    const config = await open(createWorldProject());
    const results = await config.optimizations.optimize();
    expect(Object.entries(results).map(([name, prompt]) => [name, prompt.uri])).toEqual([
      ["x", "prompts:/p/2"],
    ]);
    expect(results["x"]).toMatchObject({ path: "p", version: 2, template: goodPrompt, improved: true });
    expect(results["x"]?.error).toBeUndefined();
    expect((await config.registry.get("p@latest")).template).toBe(goodPrompt);
  });

  test("is tracked in MLflow and pushed there; what is refused is a warning among the events", async () => {
    const store = await startMlflowStore((route) =>
      route === "model-versions/create" ? { status: 400, json: { message: "too long" } } : undefined,
    );
    const project = createWorldProject();
    project.config.registry = { mlflow: true };
    project.config.tracking = { mlflow: store.address };
    project.save();
    const config = await open(project);
    const warnings: string[] = [];
    const results = await config.optimizations.optimize({
      onEvent: ({ event }) => {
        if (event.type === "warning") warnings.push(event.message);
      },
    });
    expect(results["x"]).toMatchObject({ version: 2, improved: true });
    expect(store.experiments).toEqual(["dao-opt"]);
    expect(store.runs).toMatchObject([{ status: "FINISHED" }]);
    expect(warnings).toEqual([
      expect.stringMatching(/not pushed to MLflow: .*too long\n.*dao-opt registry push p\/2 --config/),
    ]);
  });

  test("from_file is an alias of fromFile", async () => {
    const { directory } = createWorldProject();
    const config = await AppConfig.from_file("config.yaml", { cwd: directory, env: {} });
    expect(config).toBeInstanceOf(AppConfig);
    expect(Object.keys(config.optimizations.prompt_optimizations)).toEqual(["x"]);
  });

  test("optimizes one by one, and resumes", async () => {
    const project = createWorldProject();
    const config = await open(project);
    for (const [name, optimization] of Object.entries(config.optimizations.prompt_optimizations)) {
      expect([name, optimization.name]).toEqual(["x", "x"]);
      const seen: string[] = [];
      const prompt = await optimization.optimize({
        concurrency: 2,
        onEvent: ({ event }) => seen.push(event.type),
      });
      expect(prompt).toMatchObject({ uri: "prompts:/p/2", version: 2, improved: true });
      expect(seen.at(-1)).toBe("run-finished");
    }
    const [run = ""] = project.runs();
    rmSync(join(project.directory, ".dao-opt/runs", run, "record.json"));
    project.world.calls.length = 0;
    const again = await config.optimizations.prompt_optimizations["x"]?.optimize({ resume: run });
    expect(again).toMatchObject({ version: 2 });
    expect(project.world.calls).toEqual([]);
  });

  test("resolves to the base when nothing better is proven", async () => {
    const config = await open(createWorldProject({ texts: [] }));
    const prompt = await config.optimizations.prompt_optimizations["x"]?.optimize();
    expect(prompt).toMatchObject({ improved: false, uri: null, version: null, template: basePrompt });
    expect(prompt?.record.status).toBe("no_proven_improvement");
  });

  test("rejects with an error of the family when it fails; in the map the others have their result", async () => {
    const project = createWorldProject();
    const { x } = project.config.optimizations.prompt_optimizations;
    const { llms } = project.config.resources;
    llms["broken"] = { ...llms["small"], name: "broken" };
    project.config.prompts["q"] = { name: "q", default_template: "accuracy=0.2 Say: {{text}}" };
    project.config.agents["b"] = { name: "b", model: "broken", prompt: "q" };
    Object.assign(project.config, {
      optimizations: { prompt_optimizations: { bad: { ...x, name: "bad one", prompt: "q", agent: "b" }, x } },
    });
    project.save();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      spec.name === "broken" ? new ModelError("fell over", { kind: "bad_request" }) : answer(request, spec);
    const config = await open(project);
    const error = await rejection(
      config.optimizations.prompt_optimizations["bad"]?.optimize() ?? Promise.resolve(),
    );
    expect(error).toBeInstanceOf(OptimizationError);
    expect(error).toMatchObject({
      message: expect.stringContaining("12 of 12 rows failed"),
      hint: expect.stringContaining("--resume"),
    });
    const results = await config.optimizations.optimize();
    expect(Object.keys(results)).toEqual(["bad", "x"]);
    expect(results["bad"]).toMatchObject({ improved: false, version: null });
    expect(isDaoOptError(results["bad"]?.error)).toBe(true);
    expect(results["x"]).toMatchObject({ improved: true });
    expect(results["x"]?.error).toBeUndefined();
  });

  test("the error that ends the run is the error of every unfinished optimization", async () => {
    const project = createWorldProject();
    project.world.answer = () => new ModelError("the key is wrong", { kind: "auth" });
    const config = await open(project);
    expect(
      await rejection(config.optimizations.prompt_optimizations["x"]?.optimize() ?? Promise.resolve()),
    ).toBeInstanceOf(ModelError);
    expect((await config.optimizations.optimize())["x"]?.error).toBeInstanceOf(ModelError);
  });

  test("a caller's signal and limits stop it, and existing answers are kept", async () => {
    const project = createWorldProject();
    const config = await open(project);
    const optimize = config.optimizations.prompt_optimizations["x"]?.optimize ?? (() => Promise.resolve());
    const stopped = await rejection(optimize({ signal: AbortSignal.abort() }));
    expect(stopped).toBeInstanceOf(InterruptedError);
    expect(stopped).toMatchObject({ message: "stopped by the caller's signal" });
    expect(project.world.calls).toEqual([]);
    const limited = await rejection(optimize({ resume: true, maxCalls: 20 }));
    expect(limited).toMatchObject({ message: "--max-calls 20 is reached" });
    expect(await optimize({ resume: true })).toMatchObject({ version: 2 });
    expect(project.world.calls).toHaveLength(85);
  });

  test("several prompts come together", async () => {
    // Each row starts a process, more than once.
    const project = createWorldProject({ rows: 30 });
    project.config.prompts["q"] = { name: "q", default_template: "Write." };
    project.config.agents["a"] = {
      name: "a",
      model: "small",
      run: {
        command: [
          process.execPath,
          "-e",
          'process.stdin.on("data", (d) => { const { inputs, prompts } = JSON.parse(d); console.log(prompts.q === "Write well." || /[05] says/.test(inputs.text) ? inputs.text.split(" ").pop() : "?"); })',
        ],
      },
    };
    const { prompt: _, ...x } = project.config.optimizations.prompt_optimizations["x"] as {
      prompt?: unknown;
    };
    project.config.optimizations.prompt_optimizations["x"] = { ...x, prompts: ["p", "q"] };
    project.save();
    project.world.optimize = async ({ seed, validation }, lab) => {
      const drafted = lab.draft({ p: basePrompt, q: "Write well." }, [seed.id]);
      if (drafted.accepted) await lab.evaluate(drafted.candidate, validation);
      return { stopped: "max_steps", steps: 1 };
    };
    const prompt = await (await open(project)).optimizations.prompt_optimizations["x"]?.optimize();
    expect(prompt?.improved).toBe(true);
    expect(prompt?.prompts.map(({ path, version, template }) => [path, version, template])).toEqual([
      ["p", 1, basePrompt],
      ["q", 2, "Write well."],
    ]);
  });

  test("a config with mistakes rejects with all of them", async () => {
    const project = createWorldProject({ optimization: { num_candidate: 3 } });
    const error = await rejection(open(project));
    expect(error).toMatchObject({
      code: "config_invalid",
      issues: [{ message: "unknown key", hint: "did you mean num_candidates?" }],
    });
  });
});
