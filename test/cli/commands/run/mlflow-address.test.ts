import { describe, expect, test } from "vitest";
import { startLoopbackMlflow } from "../../../mlflow/unit/loopback-mlflow.ts";
import { createWorldProject } from "../../../support/world-project.ts";

const errorOf = (json: unknown) =>
  (json as { readonly error: { readonly code: string; readonly message: string; readonly hint: string } })
    .error;

/** A project whose rows are in MLflow. */
function fetchingProject(address: string | undefined) {
  const project = createWorldProject();
  project.config.datasets["d"] = { mlflow: "reviews" };
  if (address !== undefined) project.config.tracking = { mlflow: address };
  project.save();
  return project;
}

describe("an address in the config", () => {
  test.each([
    ["tracking", "sqlite:///mlflow.db", "start `mlflow server"],
    ["tracking", "./mlruns", "start `mlflow server"],
    ["tracking", "127.0.0.1:5000", "such as http://127.0.0.1:5000"],
    ["tracking", "databricks://prod", "profiles of ~/.databrickscfg are not read"],
    ["registry", "postgresql://me:hunter2@db/mlflow", "start `mlflow server"],
  ])("that is none is a mistake with its place: %s %s", async (section, mlflow, cure) => {
    const project = createWorldProject();
    Object.assign(project.config, { [section]: { mlflow } });
    project.save();
    for (const command of [
      ["run", "config.yaml"],
      ["validate", "config.yaml"],
    ]) {
      const { exitCode, stdout, stderr } = await project.cli(command);
      expect(exitCode, stdout).toBe(2);
      const printed = stdout + stderr;
      expect(printed).toMatch(
        new RegExp(`config\\.yaml:\\d+:\\d+\\s+${section}\\.mlflow: is not the address`),
      );
      expect(printed).toContain(cure);
      expect(printed).not.toContain("hunter2");
    }
  });
});

describe("a run on rows in MLflow", () => {
  test("without an address is a usage error", async () => {
    const { exitCode, json } = await fetchingProject(undefined).run(["--json"]);
    expect(exitCode).toBe(2);
    expect(errorOf(json)).toMatchObject({
      code: "mlflow_unconfigured",
      message: "no address of an MLflow server is given",
      hint: expect.stringContaining("set tracking.mlflow in the config, or MLFLOW_TRACKING_URI"),
    });
  });

  test("at the address of another kind of server is a usage error", async () => {
    const server = await startLoopbackMlflow(() => ({ status: 404, text: "<title>Not here</title>" }));
    const { exitCode, json } = await fetchingProject(server.address).run(["--json"]);
    expect(exitCode).toBe(2);
    expect(errorOf(json)).toMatchObject({
      code: "mlflow_unconfigured",
      hint: expect.stringContaining("is this the address of an MLflow server"),
    });
  });

  test("at an address where nothing answers ends with the exit code of unreachable services", async () => {
    const { exitCode, json } = await fetchingProject("http://127.0.0.1:9").run(["--json"]);
    expect(exitCode).toBe(4);
    expect(errorOf(json)).toMatchObject({
      code: "mlflow_unreachable",
      hint: expect.stringContaining("is the server running, and is the address right?"),
    });
  });
});

test.each([
  ["registry", "push", "p"],
  ["registry", "pull", "prompts:/p"],
])("%s %s without an address is a usage error", async (...command) => {
  const project = createWorldProject();
  await project.run();
  const { exitCode, json } = await project.cli([...command, "--json"]);
  expect([exitCode, errorOf(json).code]).toEqual([2, "mlflow_unconfigured"]);
});
