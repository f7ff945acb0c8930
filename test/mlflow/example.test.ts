import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isJsonObject } from "../../src/core/data/json.ts";
import { objectsOf } from "../../src/mlflow/read-pages.ts";
import { readShellBlocks } from "../support/readme-commands.ts";
import { openShell } from "../support/readme-shell.ts";
import { comparableOutput, matchesShown } from "../support/shown-output.ts";
import { repository } from "../support/spawn-cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";
import { type MlflowServer, startMlflowServer } from "./mlflow-server.ts";

const readme = "examples/mlflow/README.md";
const writtenAddress = "http://127.0.0.1:5000";
/** What this test has done already. */
const setUp = /^(pip install|mlflow server) /;

let server: MlflowServer;
let workspace: Workspace;

beforeAll(async () => {
  server = await startMlflowServer();
  workspace = await createWorkspace();
});
afterAll(async () => {
  await server?.stop();
  await workspace?.close();
});

it("every command of the page runs and prints the shown output, from traces to the prompt loaded by MLflow", async () => {
  const { client, python, env } = server;
  const { executable } = (await python.run("mlflow_executable.py", {})) as { readonly executable: string };
  const { MLFLOW_TRACKING_URI: _, ...others } = env;
  const shell = openShell(workspace, dirname(readme), {
    ...others,
    PATH: `${dirname(executable)}:${process.env["PATH"]}`,
  });
  let compared = 0;
  for (const { commands, output, line } of readShellBlocks(readFileSync(join(repository, readme), "utf8"))) {
    let printed = "";
    for (const { text } of commands.filter((command) => !setUp.test(command.text))) {
      const result = await shell.run(text.replaceAll(writtenAddress, server.address));
      expect(result.exitCode, `${text}\n${result.stdout}\n${result.stderr}`).toBe(0);
      expect(result.stderr).not.toContain("MLflow did not get");
      printed += result.stdout;
    }
    if (output === undefined) continue;
    const actual = comparableOutput(printed.replaceAll(server.address, writtenAddress), workspace.folder);
    const shown = comparableOutput(output.text, workspace.folder);
    if (!matchesShown(actual, shown)) expect(actual, `${readme}:${line}`).toBe(shown);
    compared++;
  }
  expect(compared).toBe(5);

  const query = { name: "main.default.sentiment_classifier", version: "1" };
  const { model_version: version } = await client.call({
    method: "GET",
    path: "/api/2.0/mlflow/model-versions/get",
    query,
  });
  expect(isJsonObject(version) && version["aliases"]).toEqual(["production"]);
  const { datasets } = await client.call({
    method: "POST",
    path: "/api/3.0/mlflow/datasets/search",
    body: { filter_string: "name = 'tweets'" },
  });
  expect(objectsOf(datasets)).toHaveLength(1);
});
