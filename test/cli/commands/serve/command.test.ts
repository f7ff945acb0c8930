import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { collectProxyOutputSchema } from "../../../../src/cli/commands/collect/output.ts";
import { serveOutputSchema } from "../../../../src/cli/commands/serve/output.ts";
import { openTraceStore } from "../../../../src/traces/open-trace-store.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../../support/loopback-openai.ts";
import { runCli } from "../../../support/run-cli.ts";
import { type RunningCommand, serveCli } from "../../../support/serve-cli.ts";

const running: RunningCommand[] = [];
const models: LoopbackOpenAI[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.stop()));
  await Promise.all(models.splice(0).map((model) => model.close()));
});

const folder = () => mkdtempSync(join(tmpdir(), "dao-opt-serve-"));
async function serve(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const command = await serveCli([...args, "--port", "0"], { cwd, env });
  running.push(command);
  return command;
}
async function startModel() {
  const model = await startLoopbackOpenAI({ answer: () => "positive" });
  models.push(model);
  return model;
}
async function tracesOf(cwd: string) {
  const store = openTraceStore({ folder: join(cwd, ".dao-opt/traces") });
  const traces = [];
  for await (const trace of store.list()) traces.push(trace);
  await store.close();
  return traces;
}

/** Every file below, with what it holds. */
function filesBelow(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const file = join(path, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file, readFileSync(file, "utf8")];
  });
}

describe("serve", () => {
  it("calls a request's own endpoint only if --allow-endpoint names its origin", async () => {
    const model = await startModel();
    const endpoint = model.baseUrl.replace(/\/v1$/, "");
    const body = JSON.stringify({
      path: "x",
      prompt: { model: "m", provider: "openai_azure", template: "Hi" },
      provider_api_keys: { openai_azure: "sk-callers-own-key", openai_azure_endpoint: endpoint },
    });
    const statusWith = async (flags: readonly string[]) => {
      const { ready } = await serve(folder(), ["serve", ...flags, "--json"]);
      const { url } = serveOutputSchema.parse(JSON.parse(ready));
      const headers = { "content-type": "application/json" };
      return (await fetch(`${url}/v5/prompts/call`, { method: "POST", headers, body })).status;
    };
    expect([await statusWith([]), model.count]).toEqual([422, 0]);
    expect([await statusWith(["--allow-endpoint", endpoint]), model.count]).toEqual([200, 1]);
    const wrong = await runCli(["serve", "--port", "0", "--allow-endpoint", "nonsense"], { cwd: folder() });
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("must be an origin")]);
  });

  it("does not start on a registry it cannot read", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "file"), "");
    for (const command of [
      ["registry", "list"],
      ["serve", "--port", "0"],
    ]) {
      expect(await runCli([...command, "--registry", "file"], { cwd })).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: `error: ${cwd}/file cannot be read: a parent folder is a file\n  → choose another folder with --registry\n`,
      });
    }
  });

  it("runs without a config and prints its address, as text and as one line of JSON", async () => {
    const cwd = folder();
    const text = await serve(cwd, ["serve"]);
    expect(text.ready).toMatch(/^dao-opt at http:\/\/127\.0\.0\.1:\d+\n/);
    expect(text.ready).toContain("/openai/v1\n");
    const command = await serve(cwd, ["serve", "--json", "--registry", "my-prompts"]);
    const output = serveOutputSchema.parse(JSON.parse(command.ready));
    expect(output).toMatchObject({ registry: join(cwd, "my-prompts"), state: join(cwd, ".dao-opt") });
    expect(await (await fetch(`${output.url}/healthz`)).json()).toMatchObject({ status: "ok" });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const ended = await (signal === "SIGINT" ? command : text).stop(signal);
      expect([ended.exitCode, ended.stderr]).toEqual([0, ""]);
    }
    await expect(fetch(`${output.url}/healthz`)).rejects.toThrow();
  });

  it("uses registry and state folder of a config", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "c.yaml"), "registry: { path: elsewhere }\nstate: { path: kept }\n");
    const command = await serve(cwd, ["serve", "--json", "--config", "c.yaml"]);
    expect(JSON.parse(command.ready)).toMatchObject({
      registry: join(cwd, "elsewhere"),
      state: join(cwd, "kept"),
    });
  });

  it("records calls below /openai/v1 for OPENAI_BASE_URL's model", async () => {
    const cwd = folder();
    const model = await startModel();
    const command = await serve(cwd, ["serve", "--json"], { OPENAI_BASE_URL: model.baseUrl });
    const { url } = serveOutputSchema.parse(JSON.parse(command.ready));
    const client = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: "sk-a" });
    await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "Hello" }] });
    await command.stop();
    expect(await tracesOf(cwd)).toMatchObject([{ output: "positive", source: "proxy" }]);
  });

  it("reports that a port is in use, and what is not allowed without a key", async () => {
    const cwd = folder();
    const { port } = serveOutputSchema.parse(JSON.parse((await serve(cwd, ["serve", "--json"])).ready));
    const taken = await runCli(["serve", "--port", String(port)], { cwd });
    expect(taken.exitCode).toBe(2);
    expect(taken.stderr).toContain(`port ${port} of 127.0.0.1 is in use`);
    for (const [args, words] of [
      [["--host", "0.0.0.0"], "no API key is set"],
      [["--port", "x"], "--port must be a number"],
      [["--read-only-key", "k"], "--read-only-key without --api-key"],
      [["--api-key", "a b"], "visible ASCII"],
    ] as const) {
      const refused = await runCli(["serve", "--port", "0", ...args], { cwd });
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });

  it("reads keys from flags and environment", async () => {
    const env = { DAO_OPT_API_KEY: "from-env", DAO_OPT_READ_ONLY_KEY: "look" };
    const { ready } = await serve(folder(), ["serve", "--json"], env);
    const { url } = serveOutputSchema.parse(JSON.parse(ready));
    const status = async (key: string) =>
      (await fetch(`${url}/metrics`, { headers: { "x-api-key": key } })).status;
    expect([await status("from-env"), await status("look"), await status("no")]).toEqual([200, 200, 401]);
  });

  it("exits immediately on a second signal, even during an answer", async () => {
    const model = await startLoopbackOpenAI({ faults: () => ({ kind: "hang" }) });
    models.push(model);
    const left: number[] = [];
    let leave: () => void = () => {};
    const second = new Promise<void>((resolve) => {
      leave = resolve;
    });
    let isReady: (text: string) => void = () => {};
    const ready = new Promise<string>((resolve) => {
      isReady = resolve;
    });
    let interrupt: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    const ended = runCli(["serve", "--json", "--port", "0"], {
      cwd: folder(),
      env: { OPENAI_BASE_URL: model.baseUrl },
      onStdout: (text) => isReady(text),
      interrupts: [
        { when: first, signal: "SIGINT" },
        { when: second, signal: "SIGTERM" },
      ],
      exitNow: (code) => left.push(code),
    });
    const { url } = serveOutputSchema.parse(JSON.parse(await ready));
    const aborter = new AbortController();
    const hanging = fetch(`${url}/openai/v1/chat/completions`, {
      method: "POST",
      body: "{}",
      signal: aborter.signal,
    }).catch(() => "gone");
    await model.reached(1);
    interrupt();
    await new Promise((resolve) => setImmediate(resolve));
    leave();
    await second;
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toEqual([143]);
    aborter.abort();
    expect(await hanging).toBe("gone");
    expect((await ended).exitCode).toBe(0);
  });
});

describe("collect proxy", () => {
  const config = `
prompts:
  sentiment:
    name: sentiment
    schema: { catalog_name: main, schema_name: default }
    default_template: "Classify the sentiment of: {{text}}"
`;
  const ask = (client: OpenAI, content: string) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }] });

  it("records calls, recovers the variables and merges them into a dataset; the key is in no file", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "config.yaml"), config);
    const model = await startModel();
    const args = ["collect", "proxy", "--json", "--config", "config.yaml", "--dataset", "reviews"];
    const command = await serve(cwd, [...args, "--upstream", model.baseUrl]);
    const output = collectProxyOutputSchema.parse(JSON.parse(command.ready));
    expect(output).toMatchObject({
      upstream: model.baseUrl,
      dataset: "reviews",
      state: join(cwd, ".dao-opt"),
    });
    expect(output.url).toMatch(/\/v1$/);
    const apiKey = "sk-proj-this-must-not-be-kept-0123456789";
    const client = new OpenAI({ baseURL: output.url, apiKey });
    await ask(client, "Classify the sentiment of: lovely");
    await ask(client, "Classify the sentiment of: dreadful");
    await ask(client, "Something else altogether");
    await ask(client, `Classify the sentiment of: my key is ${apiKey}`);
    const { exitCode, stderr } = await command.stop();
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "4 calls recorded; 3 rows merged into reviews; 1 call without known variables skipped\n",
    );
    expect((await tracesOf(cwd)).map(({ inputs, prompt }) => [inputs, prompt?.path])).toEqual([
      [{ text: "lovely" }, "main/default/sentiment"],
      [{ text: "dreadful" }, "main/default/sentiment"],
      [undefined, undefined],
      [{ text: "my key is [secret]" }, "main/default/sentiment"],
    ]);
    const rows = readFileSync(join(cwd, ".dao-opt/datasets/reviews.jsonl"), "utf8").trim().split("\n");
    expect(rows.map((row) => JSON.parse(row))).toMatchObject([
      { inputs: { text: "lovely" }, outputs: "positive", source: { type: "trace" } },
      { inputs: { text: "dreadful" }, outputs: "positive" },
      { inputs: { text: "my key is [secret]" } },
    ]);
    const everything = filesBelow(cwd).join("\n");
    expect(everything).toContain("lovely");
    expect(everything).not.toContain(apiKey);
    expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it("recovers variables from what was sent, and keeps them redacted", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "config.yaml"), config);
    const model = await startModel();
    const args = [
      "collect",
      "proxy",
      "--json",
      "--redact",
      "--config",
      "config.yaml",
      "--dataset",
      "reviews",
    ];
    const command = await serve(cwd, [...args, "--upstream", model.baseUrl]);
    const { url } = collectProxyOutputSchema.parse(JSON.parse(command.ready));
    await ask(new OpenAI({ baseURL: url, apiKey: "k" }), "Classify the sentiment of: mail jane@example.com");
    expect((await command.stop()).exitCode).toBe(0);
    expect(model.requests[0]?.body.messages?.[0]?.content).toContain("jane@example.com");
    const everything = filesBelow(join(cwd, ".dao-opt")).join("\n");
    expect(everything).toContain('{"text":"mail [EMAIL]"}');
    expect(everything).not.toContain("jane@example.com");
  });

  it("forwards to OPENAI_BASE_URL, but never to itself", async () => {
    const cwd = folder();
    const model = await startModel();
    const origin = model.baseUrl.slice(0, -3);
    for (const [env, args, upstream] of [
      [{ OPENAI_BASE_URL: model.baseUrl }, [], model.baseUrl],
      [
        { OPENAI_BASE_URL: model.baseUrl },
        ["--upstream", "https://api.example/v2/"],
        "https://api.example/v2",
      ],
      [{}, ["--upstream", origin], model.baseUrl],
      [{}, ["--upstream", "http://user:secret@127.0.0.1:9/v1"], "http://127.0.0.1:9/v1"],
      [{}, [], "https://api.openai.com/v1"],
    ] as const) {
      const { ready } = await serve(cwd, ["collect", "proxy", "--json", ...args], env);
      expect(JSON.parse(ready)).toMatchObject({ upstream });
    }
    const { ready } = await serve(cwd, ["collect", "proxy", "--json"]);
    const { port } = collectProxyOutputSchema.parse(JSON.parse(ready));
    await (running.pop() as RunningCommand).stop();
    const args = ["collect", "proxy", "--json", "--port", String(port)];
    const own = await serveCli(args, { cwd, env: { OPENAI_BASE_URL: `http://localhost:${port}/v1` } });
    expect(JSON.parse(own.ready)).toMatchObject({ upstream: "https://api.openai.com/v1" });
    await own.stop();
    const named = await runCli([...args, "--upstream", `http://127.0.0.1:${port}/v1`], { cwd });
    expect([named.exitCode, named.json]).toMatchObject([2, { error: { code: "usage_invalid" } }]);
  });

  it("rejects an invalid dataset name or upstream address before it starts", async () => {
    const cwd = folder();
    for (const args of [
      ["--dataset", "../x"],
      ["--upstream", "ftp://x"],
      ["--upstream", "nothing"],
    ]) {
      const refused = await runCli(["collect", "proxy", "--port", "0", ...args], { cwd });
      expect(refused.exitCode).toBe(2);
      expect(refused.stdout).toBe("");
    }
  });

  it("answers even if the disk is not writable, and reports what was lost", async () => {
    const cwd = folder();
    mkdirSync(join(cwd, ".dao-opt"));
    writeFileSync(join(cwd, ".dao-opt/traces"), "in the way of a folder");
    const model = await startModel();
    const command = await serve(cwd, ["collect", "proxy", "--json", "--upstream", model.baseUrl]);
    const { url } = collectProxyOutputSchema.parse(JSON.parse(command.ready));
    const answer = await ask(new OpenAI({ baseURL: url, apiKey: "k" }), "Hello");
    expect(answer.choices[0]?.message.content).toBe("positive");
    const { exitCode, stderr } = await command.stop();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("1 trace could not be stored");
  });
});
