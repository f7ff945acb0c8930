import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outputSchemas } from "../../src/cli/output/index.ts";
import { type GoldenProject, goldenProject } from "../support/golden-json.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
let project: GoldenProject;
beforeAll(async () => {
  server = await startPostgres();
  project = goldenProject("databases", { source: "examples/quickstart" });
  const url = await server.createDatabase();
  const file = join(project.directory, "config.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}\nstate: { answers: "${url}", traces: "${url}" }\n`);
});
afterAll(() => server.close());

test("commands for databases print what is stored, in the form of their schema", async () => {
  for (const [command, args] of [
    ["answers init", []],
    ["traces init", []],
    ["answers status", []],
    ["answers prune", ["--older", "90d"]],
  ] as const) {
    const { json } = await project.json(command, args);
    expect(outputSchemas[command.replace(" ", "-")]?.safeParse(json)).toMatchObject({ success: true });
  }
  project.expectNoOthers();
});
