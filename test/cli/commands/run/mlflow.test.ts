import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../../src/cli/commands/run/output.ts";
import { type MlflowStore, startMlflowStore } from "../../../mlflow/unit/loopback-store.ts";
import { createWorldProject, goodPrompt } from "../../../support/world-project.ts";

type ProjectOptions = Parameters<typeof createWorldProject>[0];

function projectWith(
  { address }: Pick<MlflowStore, "address">,
  options: ProjectOptions = {},
  registry: object = { mlflow: true },
) {
  const project = createWorldProject(options);
  project.config.registry = registry;
  project.config.tracking = { mlflow: address, experiment: "shop" };
  project.save();
  return project;
}

const priced: ProjectOptions = { model: { price: { input: 1, output: 2 } } };

describe("a run with registry.mlflow", () => {
  test("pushes the version that it published, with its scores and run, and names the URI there", async () => {
    const store = await startMlflowStore();
    const project = projectWith(store);
    const { exitCode, json, stderr } = await project.run(["--json"]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("prompts:/p/2 is prompts:/p/1 in MLflow\n");
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one?.optimized).toEqual({
      version: 2,
      uri: "prompts:/p/2",
      mlflow_uri: "prompts:/p/1",
      template: goodPrompt,
    });
    const [run = ""] = project.runs();
    expect(JSON.parse(project.read(".dao-opt", "runs", run, "record.json"))).toMatchObject({
      optimizations: [{ prompts: [{ optimized: { mlflow_uri: "prompts:/p/1" } }] }],
    });
    expect(project.read(".dao-opt", "runs", run, "report.html")).toContain(
      "in MLflow <code>prompts:/p/1</code>",
    );
    const shown = await project.cli(["runs", "show", run, "--json"]);
    expect(shown.json).toMatchObject({ optimizations: [{ optimized: { mlflow_uri: "prompts:/p/1" } }] });
    const made = store.seen.filter(({ path }) => path.endsWith("model-versions/create"));
    expect(made).toHaveLength(1);
    const body = JSON.parse(made[0]?.body ?? "") as {
      readonly description: string;
      readonly tags: readonly { readonly key: string; readonly value: string }[];
    };
    expect(body.description).toContain("0.300 → 0.933 on 30 held-out rows");
    const tags = Object.fromEntries(body.tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      "mlflow.prompt.text": goodPrompt,
      "dao_opt.run": project.runs()[0],
      "dao_opt.mlflow_run": "run-1",
      "dao_opt.gate": "improved",
      "dao_opt.score_base": "0.3",
      "dao_opt.version": "2",
      "dao_opt.test_rows": "30",
    });
    expect(JSON.parse(tags["_mlflow_prompt_model_config"] ?? "")).toMatchObject({ model_name: "small" });
  });

  test("pushes nothing that is not improved, and nothing twice when it is resumed", async () => {
    const store = await startMlflowStore();
    const unfound = projectWith(store, { texts: [] });
    expect((await unfound.run()).exitCode).toBe(0);
    expect(store.seen.filter(({ path }) => path.endsWith("/create"))).toHaveLength(2);
    const project = projectWith(store);
    await project.run();
    const again = await project.run(["--resume"]);
    expect(again.stderr).toContain("prompts:/p/2 is prompts:/p/1 in MLflow");
    expect(store.seen.filter(({ path }) => path.endsWith("model-versions/create"))).toHaveLength(1);
  });

  test("keeps its result when the push fails, and says what to type", async () => {
    const refused = { status: 403, json: { error_code: "PERMISSION_DENIED", message: "not yours" } };
    const store = await startMlflowStore((route) =>
      route === "model-versions/create" ? refused : undefined,
    );
    const project = projectWith(store);
    const { exitCode, stdout, stderr } = await project.run(["--registry", "prompts"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 improved, 0 unchanged, 0 failed");
    expect(stderr).toContain("warning: prompts:/p/2 was not pushed to MLflow");
    expect(stderr).toContain("not yours");
    expect(stderr).toContain("dao-opt registry push p/2 --config config.yaml --registry prompts\n");
  });

  test("says so where no server is configured", async () => {
    const project = createWorldProject();
    project.config.registry = { mlflow: true };
    project.save();
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(0);
    expect(stderr).toContain("prompts:/p/2 was not pushed to MLflow: no address of an MLflow server");
  });
});

describe("a tracked run", () => {
  test("is one run of MLflow for each optimization, with everything that was found", async () => {
    const store = await startMlflowStore();
    const project = projectWith(store, priced);
    expect((await project.run()).exitCode).toBe(0);
    expect(store.experiments).toEqual(["shop"]);
    const [run = project.runs()[0] ?? ""] = project.runs();
    const [one] = store.runs;
    expect(store.runs).toHaveLength(1);
    expect(one).toMatchObject({
      name: `x ${run}`,
      status: "FINISHED",
      params: {
        seed: "42",
        target_model: "small",
        reflection_model: "large",
        rows: "60",
        train_rows: "18",
        validation_rows: "12",
        test_rows: "30",
      },
      datasets: ["d/train", "d/validation", "d/test"],
    });
    expect(one?.tags).toMatchObject({
      "dao_opt.run": run,
      "dao_opt.status": "improved",
      "mlflow.linkedPrompts": '[{"name":"p","version":"1"}]',
      "mlflow.note.content": expect.stringContaining("lies above 0"),
    });
    const metrics = new Map(one?.metrics.map(({ key, value }) => [key, value]));
    expect(metrics.get("initial_eval_score")).toBe(0.3);
    expect(metrics.get("final_eval_score")).toBeCloseTo(28 / 30, 12);
    expect(metrics.get("gain_interval_low")).toBeCloseTo(0.405, 3);
    expect(metrics.get("gain_interval_high")).toBeCloseTo(0.774, 3);
    expect(metrics.get("calls")).toBe(85);
    expect(metrics.get("cost_usd")).toBeGreaterThan(0);
    const steps = one?.metrics.filter(({ key }) => key === "val_score");
    expect(steps?.map(({ step, value }) => [step, value])).toEqual([[1, 1]]);
    expect(one?.artifacts["report.html"]).toBe(project.read(".dao-opt", "runs", run, "report.html"));
    expect(one?.artifacts["record.json"]).toBe(project.read(".dao-opt", "runs", run, "record.json"));
  });

  test("that is stopped by Ctrl-C is KILLED there, with what it found", async () => {
    const store = await startMlflowStore();
    let interrupt = () => {};
    const when = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    const project = projectWith(store, {});
    const { answer } = project.world;
    project.world.answer = (request, spec) => {
      if (project.world.calls.length === 20) interrupt();
      return answer(request, spec);
    };
    project.world.latencyMs = () => 5;
    const { exitCode } = await project.run(["-j", "1"], { interrupts: [{ when, signal: "SIGINT" }] });
    expect(exitCode).toBe(130);
    expect(store.runs).toMatchObject([{ status: "KILLED", tags: { "dao_opt.status": "failed" } }]);
    expect(Object.keys(store.runs[0]?.artifacts ?? {}).sort()).toEqual(["record.json", "report.html"]);
  });

  test("has the same result without its server, and one warning that counts what is lost", async () => {
    const store = await startMlflowStore();
    const tracked = projectWith(store, priced, {});
    const followed = runOutputSchema.parse((await tracked.run(["--json"])).json);
    store.close();
    const lost = projectWith(store, priced, {});
    const { exitCode, json, stderr } = await lost.run(["--json"]);
    expect(exitCode).toBe(0);
    const [one, other] = [followed, runOutputSchema.parse(json)].map(({ optimizations: [only] }) => only);
    expect(other?.scores).toEqual(one?.scores);
    expect(other?.usage).toEqual(one?.usage);
    expect(stderr.match(/warning: MLflow did not get/g)).toHaveLength(1);
    expect(stderr).toMatch(
      /did not get 1 run, \d+ params, 3 datasets, \d+ metrics, .*the status: .*ECONNREFUSED/,
    );
  });

  test("is not tracked without credentials of the environment, and runs all the same", async () => {
    const project = projectWith({ address: "databricks" }, {}, {});
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: the run is not tracked in MLflow: the MLflow URI is databricks, and");
  });

  test("is tracked once: a replay is no new run", async () => {
    const store = await startMlflowStore();
    const project = projectWith(store);
    await project.run();
    const seen = store.seen.length;
    const { exitCode, stderr } = await project.run(["--replay", project.runs()[0] ?? ""]);
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("MLflow")]);
    expect(store.seen).toHaveLength(seen);
  });
});
