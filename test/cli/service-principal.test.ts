import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import {
  type LoopbackDatabricks,
  principal,
  startLoopbackDatabricks,
  type WorkspaceRequest,
} from "../support/loopback-databricks.ts";
import { runCli } from "../support/run-cli.ts";

let server: LoopbackDatabricks | undefined;
let cwd: string | undefined;
afterEach(async () => {
  await server?.close();
  if (cwd !== undefined) rmSync(cwd, { recursive: true });
  server = cwd = undefined;
});

const config = (host: string) => `
variables: { robot: &robot { env: ROBOT_SECRET } }
service_principals:
  robot: &sp { name: robot, client_id: { value: ${principal.clientId} }, client_secret: *robot }
resources:
  llms: { small: &small { name: endpoint-small, service_principal: *sp, workspace_host: "${host}" } }
prompts: { p: &p { name: p, default_template: "Answer {question}." } }
agents: { a: &a { name: a, model: *small, prompt: *p } }
optimizations:
  training_datasets:
    d: &d
      name: d
      data:
${Array.from({ length: 6 }, (_, at) => `        - { inputs: { messages: [{ role: user, content: "q${at}" }], custom_inputs: { configurable: { question: v${at} } } }, expectations: { expected_response: "yes" } }`).join("\n")}
  prompt_optimizations: { o: { name: o, prompt: *p, agent: *a, dataset: *d, num_candidates: 1, max_steps: 1 } }
`;

function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "config.yaml")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

async function start(options: Parameters<typeof startLoopbackDatabricks>[0] = {}) {
  server = await startLoopbackDatabricks(options);
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-principal-"));
  writeFileSync(join(cwd, "config.yaml"), config(server.host));
  return { server, cwd, env: { ROBOT_SECRET: principal.clientSecret } };
}

it("a run of a dao-ai config signs in once and records no credential", async () => {
  let tokens = new Set<string>();
  const note = ({ headers }: WorkspaceRequest) => {
    tokens = tokens.add((headers.authorization ?? "").replace("Bearer ", ""));
    return undefined;
  };
  const world = await start({ answer: note });
  const { exitCode, stdout, stderr } = await runCli(["run", "config.yaml"], world);
  expect([exitCode, stderr]).toEqual([
    expect.toSatisfy((code) => [0, 100].includes(code)),
    expect.any(String),
  ]);
  expect(world.server.tokenRequests).toHaveLength(1);
  expect(world.server.requests.length).toBeGreaterThan(6);
  const all = filesIn(world.cwd) + stdout + stderr;
  expect(all).toContain("endpoint-small");
  for (const secret of [principal.clientSecret, ...tokens]) {
    expect(secret.length).toBeGreaterThan(8);
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret).toString("base64").slice(0, 20));
  }
});

it("a rejected principal ends the run with the exit code of a set-up error, before any call", async () => {
  const world = await start();
  const env = { ROBOT_SECRET: "a-secret-that-is-wrong" };
  const { exitCode, stderr } = await runCli(["run", "config.yaml"], { ...world, env });
  expect(exitCode).toBe(4);
  expect(stderr).toContain("Databricks rejected the service principal");
  expect(stderr).toContain("check client_id and client_secret");
  expect(stderr).not.toContain("a-secret-that-is-wrong");
  expect(world.server.requests).toEqual([]);
});
