import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { type Fault, faultsAt } from "../../support/loopback-faults.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../support/loopback-openai.ts";
import { runCli } from "../../support/run-cli.ts";
import { type RunningCommand, serveCli } from "../../support/serve-cli.ts";

const gatewayKey = "gw-secret-0123456789";
const openaiKey = "sk-public-0123456789";

let cwd: string;
/** Plays the provider's public address, through `OPENAI_BASE_URL`. */
let publicly: LoopbackOpenAI;
let gateway: LoopbackOpenAI;
const running: RunningCommand[] = [];

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-call-config-"));
  publicly = await startLoopbackOpenAI({ answer: () => "public" });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.stop()));
  await Promise.all([publicly.close(), gateway.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

const env = () => ({ OPENAI_API_KEY: openaiKey, OPENAI_BASE_URL: publicly.baseUrl, GW_KEY: gatewayKey });

async function start(options: LoopbackOptions = {}, models = gatewayModels()) {
  gateway = await startLoopbackOpenAI({ apiKey: gatewayKey, answer: () => "private", ...options });
  writeFileSync(
    join(cwd, "config.yaml"),
    `resources:\n  llms:\n${models.replaceAll("GATEWAY", gateway.baseUrl)}`,
  );
  const registry = openRegistry(join(cwd, "prompts"));
  const file = (model: object, modelEntry?: string) =>
    registry.upsert({
      ...{ path: "x", template: "Secret: {{a}}", templateLanguage: "default" },
      model: { model: "acme-large", ...model },
      ...(modelEntry === undefined ? {} : { modelEntry }),
    });
  return { registry, file };
}

function gatewayModels(more = ""): string {
  return `    gw: { name: acme-large, base_url: GATEWAY, api_key: "\${env:GW_KEY}"${more} }\n`;
}

const call = (args: readonly string[] = []) =>
  runCli(["call", "x", "--input", "a=1", "--config", "config.yaml", ...args], { cwd, env: env() });

const keysAt = (server: LoopbackOpenAI) => server.requests.map(({ headers }) => headers.authorization);

/** Every file below, with what it holds. */
function filesBelow(path: string): readonly string[] {
  return readdirSync(path).flatMap((name) => {
    const file = join(path, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [readFileSync(file, "utf8")];
  });
}

describe("call --config", () => {
  test("sends inputs and key of a private gateway only to that gateway", async () => {
    const { file } = await start();
    await file({ provider: "openai" });
    expect(await call()).toMatchObject({ exitCode: 0, stdout: "private\n" });
    expect(publicly.count).toBe(0);
    expect(keysAt(gateway)).toEqual([`Bearer ${gatewayKey}`]);
    expect(gateway.requests[0]?.body).toMatchObject({ model: "acme-large" });
  });

  test("without a config uses the address from the environment", async () => {
    const { file } = await start();
    await file({ provider: "openai" });
    // Nothing is found above the folder of the config.
    const below = join(cwd, "below");
    mkdirSync(below);
    const argv = ["call", "x", "--input", "a=1", "--registry", join(cwd, "prompts")];
    expect((await runCli(argv, { cwd: below, env: env() })).stdout).toBe("public\n");
    expect(keysAt(publicly)).toEqual([`Bearer ${openaiKey}`]);
  });

  test("uses the version's entry even if another model has the same name", async () => {
    const { file } = await start(
      {},
      `    other: { name: acme-large, base_url: "http://127.0.0.1:9/v1", api_key: none }\n${gatewayModels()}`,
    );
    await file({ provider: "openai" }, "gw");
    expect(await call()).toMatchObject({ exitCode: 0, stdout: "private\n" });
  });

  test("rejects two models of the same name, and names them", async () => {
    const { file } = await start(
      {},
      `    other: { name: acme-large, base_url: "http://127.0.0.1:9/v1", api_key: none }\n${gatewayModels()}`,
    );
    await file({ provider: "openai" });
    const { exitCode, stderr } = await call();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('2 models of the config are named "acme-large": other');
    expect([publicly.count, gateway.count]).toEqual([0, 0]);
  });

  test("treats two entries with the same endpoint and key as one", async () => {
    const { file } = await start(
      {},
      `${gatewayModels()}${gatewayModels(", temperature: 0.9").replace("gw:", "gw2:")}`,
    );
    await file({ provider: "openai" });
    expect(await call()).toMatchObject({ exitCode: 0, stdout: "private\n" });
    expect(gateway.requests[0]?.body).not.toHaveProperty("temperature");
  });

  test.each([
    ["a model that the config does not have", { model: "gpt-4o", provider: "openai" }, undefined],
    ["another provider", { provider: "azure" }, undefined],
    ["an entry that is gone", { model: "gpt-4o" }, "old"],
    ["a provider that nothing reaches", { model: "claude", provider: "anthropic" }, undefined],
  ])("rejects %s before anything is sent", async (_, model, entry) => {
    const { file } = await start();
    await file(model, entry);
    const { exitCode, stderr } = await call();
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the config has no model");
    expect(stderr).toContain('it has gw ("acme-large", openai)');
    expect(stderr).toContain("add it to resources.llms");
    expect([publicly.count, gateway.count]).toEqual([0, 0]);
  });

  test("a renamed entry is found by the model's name", async () => {
    const { file } = await start();
    await file({ provider: "openai" }, "old_key");
    expect((await call()).stdout).toBe("private\n");
  });

  test("another model at an address in the config uses that entry's key", async () => {
    const { file } = await start(
      {},
      `    pub: { name: gpt-4o-mini, api_key: "${openaiKey}" }\n${gatewayModels()}`,
    );
    await file({ model: "gpt-4o", provider: "openai" });
    expect((await call()).stdout).toBe("public\n");
    expect(keysAt(publicly)).toEqual([`Bearer ${openaiKey}`]);
    expect(publicly.requests[0]?.body).toMatchObject({ model: "gpt-4o" });
    expect(gateway.count).toBe(0);
  });

  test("sends the entry's headers; key and address are neither registered nor logged", async () => {
    const { file } = await start({}, gatewayModels(', headers: { x-team: "team-secret-12345" }'));
    await file({ provider: "openai" }, "gw");
    await call();
    expect(gateway.requests[0]?.headers["x-team"]).toBe("team-secret-12345");
    const files = [...filesBelow(join(cwd, "prompts")), ...filesBelow(join(cwd, ".dao-opt"))].join("\n");
    expect(files).toContain("model_entry: gw");
    for (const secret of [gatewayKey, openaiKey, "team-secret-12345", gateway.baseUrl])
      expect(files).not.toContain(secret);
  });

  test("inline details are registered with the entry used for the call", async () => {
    const { registry } = await start();
    writeFileSync(join(cwd, "new.prompt"), "---\nmodel: acme-large\n---\nHi {{a}}\n");
    const result = await call(["--prompt", "new.prompt"]);
    expect(result.stderr).not.toContain("error");
    expect(result.stdout).toBe("private\n");
    expect((await registry.get("x")).modelEntry).toBe("gw");
  });

  test("an invalid key exits 4, names the position in the config and prints no key", async () => {
    const { file } = await start({ apiKey: "another-key-987654321" });
    await file({ provider: "openai" });
    const { exitCode, stderr } = await call();
    expect(exitCode).toBe(4);
    expect(stderr).toContain("returned 401");
    expect(stderr).toContain("api_key of resources.llms.gw");
    expect(stderr).not.toContain(gatewayKey);
  });
});

async function serve() {
  const command = await serveCli(["serve", "--config", "config.yaml", "--port", "0", "--json"], {
    cwd,
    env: env(),
  });
  running.push(command);
  const { url } = JSON.parse(command.ready) as { url: string };
  return (body: object) =>
    fetch(`${url}/v5/prompts/call`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ path: "x", inputs: { a: "1" }, ...body }),
    });
}

describe("a provider's error", () => {
  test.each([
    [429, { "retry-after": "60" }, 1, "asks for a wait of 60 s"],
    [400, {}, 1, "returned 400"],
    [403, {}, 4, "returned 403"],
  ])("%i ends `call` with its status in the message", async (status, headers, exit, message) => {
    const fault: Fault = { kind: "status", status, headers, body: { error: { message: "no" } } };
    const { file } = await start({ faults: faultsAt({ 0: fault }) });
    await file({ provider: "openai" });
    const { exitCode, stderr } = await call();
    expect([exitCode, gateway.count]).toEqual([exit, 1]);
    expect(stderr).toContain(`returned ${status}`);
    expect(stderr.replace(/\s+/g, " ")).toContain(message);
  });

  test.each([
    [400, 400],
    [404, 404],
    [401, 401],
  ])("%i is passed on over HTTP", async (status, passed) => {
    const fault: Fault = { kind: "status", status, headers: {}, body: { error: { message: "no" } } };
    const { file } = await start({ faults: faultsAt({ 0: fault }) });
    await file({ provider: "openai" });
    const response = await (await serve())({});
    expect(response.status).toBe(passed);
    expect(await response.json()).toMatchObject({ detail: { code: status, origin: "provider" } });
  });
});

describe("serve --config", () => {
  const busy: Fault = {
    kind: "status",
    status: 429,
    headers: { "retry-after": "77" },
    body: { error: { message: "slow" } },
  };

  test("calls the config's model with its own key, not the caller's provider key", async () => {
    const { file } = await start();
    await file({ provider: "openai" });
    const post = await serve();
    const response = await post({ provider_api_keys: { openai: openaiKey } });
    expect([response.status, ((await response.json()) as { output: string }).output]).toEqual([
      200,
      "private",
    ]);
    expect(keysAt(gateway)).toEqual([`Bearer ${gatewayKey}`]);
    expect(publicly.count).toBe(0);
  });

  test("rejects models missing from the config with a 4xx that lists the available ones", async () => {
    const { file } = await start();
    await file({ model: "gpt-4o", provider: "openai" });
    const response = await (await serve())({});
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('gw (\\"acme-large\\", openai)');
    expect([publicly.count, gateway.count]).toEqual([0, 0]);
  });

  test("passes a rate limit on with its status and Retry-After, whole and streamed", async () => {
    const { file } = await start({ faults: faultsAt({ 0: busy, 1: busy }) });
    await file({ provider: "openai" });
    const post = await serve();
    for (const stream of [false, true]) {
      const response = await post({ stream });
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "77"]);
      expect(await response.json()).toMatchObject({ detail: { code: 429, origin: "provider" } });
    }
    expect(gateway.count).toBe(2);
  });
});

describe("registry upsert", () => {
  const upsert = (args: readonly string[]) =>
    runCli(["registry", "upsert", "new.prompt", "--path", "y", "--json", ...args], { cwd, env: env() });
  const configured = ["--config", "config.yaml"];

  test("excludes the model's config entry from the version's identity, and keeps it through a move and an export", async () => {
    const { registry } = await start();
    writeFileSync(join(cwd, "new.prompt"), "---\nmodel: acme-large\nprovider: openai\n---\nHi\n");
    const bare = (await upsert([])).json as { version_id: string };
    const own = (await upsert(configured)).json as { version_id: string; is_new: boolean };
    expect(own).toMatchObject({ version_id: bare.version_id, is_new: false });
    expect((await registry.get("y")).modelEntry).toBe("gw");
    expect(readFileSync(join(cwd, "prompts/y/v1.prompt"), "utf8")).not.toContain("gw");
    await runCli(["registry", "move", "y", "z"], { cwd });
    const { stdout } = await runCli(["registry", "export"], { cwd });
    writeFileSync(join(cwd, "all.json"), stdout);
    await runCli(["registry", "import", "all.json", "--registry", "copy"], { cwd });
    expect((await openRegistry(join(cwd, "copy")).get("z")).modelEntry).toBe("gw");
    const shown = await runCli(["registry", "show", "z", "--json", "--registry", "copy"], { cwd });
    expect(shown.json).toMatchObject({ model_entry: "gw" });
  });

  test("--model-entry names one of the config's", async () => {
    const { registry } = await start();
    writeFileSync(join(cwd, "new.prompt"), "---\nmodel: gpt-4o\n---\nHi\n");
    const unknown = await upsert([...configured, "--model-entry", "gv"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stdout).toContain("the config's models are gw");
    expect((await upsert([...configured, "--model-entry", "gw"])).exitCode).toBe(0);
    expect((await registry.get("y")).modelEntry).toBe("gw");
  });
});
