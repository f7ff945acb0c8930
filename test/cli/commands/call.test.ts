import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callOutputSchema } from "../../../src/cli/commands/call/output.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { refusedValues } from "../../registry/value-cases.ts";
import { always, faultsAt } from "../../support/loopback-faults.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../support/loopback-openai.ts";
import { type CliOptions, runCli } from "../../support/run-cli.ts";

const apiKey = "sk-loopback-0123456789";
let cwd: string;
let server: LoopbackOpenAI;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-call-"));
});
afterEach(async () => {
  await server.close();
  rmSync(cwd, { recursive: true, force: true });
});

async function start(options: LoopbackOptions = {}) {
  server = await startLoopbackOpenAI({ apiKey, ...options });
  const registry = openRegistry(join(cwd, "prompts"));
  const draft = { path: "main/hello", templateLanguage: "default", model: { model: "gpt-4o-mini" } } as const;
  await registry.upsert({ ...draft, template: "Say {{a}} and {{b}}" });
  await registry.upsert({ ...draft, template: "Later: {{a}}", versionName: "later" });
  return registry;
}

function call(args: readonly string[], options: Partial<CliOptions> = {}) {
  const env = { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: server.baseUrl };
  return runCli(["call", ...args], { cwd, env, ...options });
}

async function traces() {
  const store = openTraceStore({ folder: join(cwd, ".dao-opt", "traces") });
  const all = [];
  for await (const trace of store.list()) all.push(trace);
  await store.close();
  return all;
}

const both = ["--input", "a=1", "--input", "b=x=y"];

describe("call", () => {
  test("prints the answer on stdout, details of the call on stderr, and logs it", async () => {
    await start({ answer: () => ({ text: "fine", usage: { input: 12, output: 3 } }) });
    const { exitCode, stdout, stderr } = await call(["main/hello", ...both, "--input", "c=unused"]);
    expect([exitCode, stdout]).toEqual([0, "fine\n"]);
    expect(server.requests[0]?.body.messages).toEqual([{ role: "user", content: "Say 1 and x=y" }]);
    const [trace] = await traces();
    expect(stderr).toContain("no variable takes the input c; the prompt has a, b\n");
    expect(stderr).toMatch(
      new RegExp(
        `main/hello version 1 · 12 \\+ 3 tokens · \\$0\\.0000036 · \\d+\\.\\d s · ${trace?.traceId}\\n$`,
      ),
    );
    expect(trace).toMatchObject({
      output: "fine",
      prompt: { path: "main/hello", version: 1 },
      inputs: { a: "1" },
    });
    expect((await call(["main/hello", ...both, "-q"])).stderr).toBe("");
  });

  test("--json is one document that matches its schema, with every given field", async () => {
    await start({ answer: () => "fine" });
    writeFileSync(join(cwd, "inputs.yaml"), "a: 1\nb: [x, {y: 2}]\n");
    const parent = await call(["main/hello", "--inputs", "inputs.yaml", "--json"]);
    const { id: parentId } = parent.json as { id: string };
    const { exitCode, json, stderr } = await call([
      ...["main/hello", "--inputs", "inputs.yaml", "--input", "a=over", "--json", "--num-samples", "2"],
      ...[
        "--message",
        "assistant:well: then",
        "--message",
        "user:go on",
        "--metadata",
        "k=v",
        "--user",
        "ann",
      ],
      ...[
        "--source",
        "cli",
        "--log-environment",
        "dev",
        "--trace-parent",
        parentId,
        "--source-datapoint",
        "d1",
      ],
      ...["--start-time", "2026-01-02T03:04:05Z", "--end-time", "2026-01-03", "--logprobs", "2"],
      ...["--tool-choice", "none", "--return-inputs=false", "--no-save", "--suffix", "s"],
    ]);
    expect(exitCode).toBe(0);
    expect(callOutputSchema.parse(json)).toEqual(json);
    expect(json).toMatchObject({
      ...{ output: "fine", inputs: {}, metadata: { k: "v" }, user: "ann", source: "cli", environment: "dev" },
      ...{
        trace_parent_id: parentId,
        trace_id: parentId,
        source_datapoint_id: "d1",
        save: false,
        tool_choice: "none",
      },
      ...{ start_time: "2026-01-02T03:04:05.000Z", end_time: "2026-01-03T00:00:00.000Z" },
      prompt: { path: "main/hello", version: 1 },
      logs: [{ index: 0 }, { index: 1 }],
      messages: [
        { role: "user", content: 'Say over and ["x",{"y":2}]' },
        { role: "assistant", content: "well: then" },
        { role: "user", content: "go on" },
      ],
    });
    expect(stderr).toContain("the suffix was not sent");
    expect(server.requests[1]?.body).toMatchObject({ logprobs: true, top_logprobs: 2 });
    const logged = (await traces()).filter(({ traceId }) => traceId !== parentId);
    expect(logged).toMatchObject([
      { saved: false, user: "ann", parentId, environment: "dev", sourceDatapointId: "d1" },
      { saved: false, sampleIndex: 1, metadata: { k: "v" }, source: "cli" },
    ]);
    expect(logged[0]).not.toHaveProperty("inputs");
  });

  test("a stop sequence the model does not support is reported once", async () => {
    const registry = await start({ answer: () => "fine" });
    const draft = { path: "main/o", templateLanguage: "default", template: "Say {{a}}" } as const;
    await registry.upsert({ ...draft, model: { model: "o3-mini", stop: ["END"] } });
    const { exitCode, stderr } = await call(["main/o", "--input", "a=1", "--num-samples", "2"]);
    expect(exitCode).toBe(0);
    expect(stderr.split("o3-mini does not accept stop")).toHaveLength(2);
    expect((await call(["main/hello", ...both])).stderr).not.toContain("does not accept");
  });

  test("--stream prints chunks immediately; several samples line by line, each with its number", async () => {
    await start({ answer: () => "one\ntwo three" });
    const single = await call(["main/hello", ...both, "--stream"]);
    expect([single.exitCode, single.stdout]).toEqual([0, "one\ntwo three\n"]);
    const several = await call(["main/hello", ...both, "--stream", "--num-samples", "2"]);
    expect(several.stdout.split("\n").sort()).toEqual([
      "",
      "[0] one",
      "[0] two three",
      "[1] one",
      "[1] two three",
    ]);
    const document = await call(["main/hello", ...both, "--stream", "--json"]);
    expect(callOutputSchema.parse(document.json)).toMatchObject({ output: "one\ntwo three" });
    expect(server.requests.every(({ body }) => body.stream === true)).toBe(true);
    const whole = await call(["main/hello", ...both, "--num-samples", "2"]);
    expect(whole.stdout).toBe("── sample 0 ──\none\ntwo three\n\n── sample 1 ──\none\ntwo three\n");
  });

  test("prints tool calls", async () => {
    const registry = await start({
      answer: () => ({ text: "", toolCalls: [{ name: "f", arguments: '{"x":1}' }] }),
    });
    const model = { model: "gpt-4o-mini", tools: [{ name: "f" }] };
    await registry.upsert({ path: "t", template: "Hi", templateLanguage: "default", model });
    expect((await call(["t", "--tool-choice", "f"])).stdout).toBe('→ f({"x":1})\n');
    expect((await call(["t", "--stream"])).stdout).toBe('→ f({"x":1})\n');
    expect(server.requests[0]?.body["tool_choice"]).toEqual({ type: "function", function: { name: "f" } });
  });

  test("selects the version by selector, --version, --environment, or inline details", async () => {
    const registry = await start();
    await registry.addEnvironment("staging");
    await registry.deploy("main/hello@2", "staging");
    const asked = async (...args: readonly string[]) => {
      const { json, exitCode } = await call([...args, "--input", "a=1", "--json"]);
      expect(exitCode).toBe(0);
      return (json as { prompt: { path: string; version: number } }).prompt;
    };
    for (const args of [["main/hello@later"], ["main/hello", "--version", "2"], ["main/hello/2"]])
      expect(await asked(...args)).toMatchObject({ version: 2 });
    expect(await asked("main/hello", "--environment", "staging")).toMatchObject({ version: 2 });
    writeFileSync(join(cwd, "same.prompt"), "---\nmodel: gpt-4o-mini\n---\n\nLater: {{a}}\n");
    expect(await asked("main/hello", "--prompt", "same.prompt")).toMatchObject({ version: 2 });
    writeFileSync(
      join(cwd, "new.json"),
      JSON.stringify({ path: "main/new", model: "m", template: "New {{a}}" }),
    );
    expect(await asked("--prompt", "prompts/main/hello/v2.prompt")).toMatchObject({ version: 2 });
    const stdin = "---\nmodel: gpt-4o-mini\n---\n\nLater: {{a}}\n";
    const piped = await call(["main/hello", "--prompt", "-", "--input", "a=1", "--json"], { stdin });
    expect(piped.json).toMatchObject({ prompt: { version: 2 } });
    expect(await asked("--prompt", "new.json")).toMatchObject({ path: "main/new", version: 1 });
    expect(await asked("main/hello", "--prompt", "new.json")).toMatchObject({
      path: "main/hello",
      version: 3,
    });
  });

  test.each([
    ["nothing", [], "no prompt reference given"],
    ["a missing variable", ["main/hello"], "missing variables: a, b"],
    ["an unknown prompt", ["main/helo"], 'no prompt named "main/helo"'],
    ["two versions", ["main/hello", "--version", "1", "--environment", "production"], "names two versions"],
    ["a pair that is none", ["main/hello", "--input", "a"], '--input must be key=value, got "a"'],
    ["a key twice", ["main/hello", "--input", "a=1", "--input", "a=2"], "--input: a is set twice"],
    ["a message that is none", ["main/hello", "--message", "robot:hi"], "--message must be role:text"],
    ["no number", ["main/hello", "--num-samples", "many"], "--num-samples must be a whole number"],
    ["no sample", ["main/hello", ...both, "--num-samples", "0"], "the number of samples is 0"],
    ["no time", ["main/hello", "--start-time", "noon"], "--start-time must be a time"],
    ["no day", ["main/hello", "--start-time", "2026-02-30"], "--start-time: 2026-02-30 is not a date"],
    [
      "no month",
      ["main/hello", "--end-time", "2026-13-01T00:00:00Z"],
      "--end-time: 2026-13-01 is not a date",
    ],
    [
      "an end before the start",
      ["main/hello", "--start-time", "2026-01-02T03:00:00+02:00", "--end-time", "2026-01-02T00:59:59Z"],
      "--end-time 2026-01-02T00:59:59Z is before --start-time 2026-01-02T03:00:00+02:00",
    ],
    ["no yes or no", ["main/hello", "--return-inputs", "maybe"], "--return-inputs must be true or false"],
    ["no file", ["main/hello", "--inputs", "none.json"], "none.json cannot be read: no such file"],
    ["a list of inputs", ["main/hello", "--inputs", "list.json"], "does not contain an object of variables"],
    [
      "details beside a version",
      ["x", "--prompt", "p.json", "--version", "1"],
      "--prompt cannot be combined",
    ],
    ["details beside a selector", ["x@2", "--prompt", "p.json"], "--prompt cannot be combined"],
    ["details without a model", ["x", "--prompt", "p.json"], "has no model"],
    ["standard input twice", ["x", "--prompt", "-", "--inputs", "-"], "both read standard input"],
    ["a tool choice that is broken", ["main/hello", "--tool-choice", "{"], "--tool-choice must be"],
    ["a missing env file", ["main/hello", ...both, "--env-file", "none.env"], "none.env cannot be read"],
  ])("rejects %s with exit 2, and sends nothing", async (_, args, message) => {
    await start();
    writeFileSync(join(cwd, "list.json"), "[1]");
    writeFileSync(join(cwd, "p.json"), '{"template": "x"}');
    const { exitCode, stderr } = await call(args);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(server.count).toBe(0);
  });

  test("keys and addresses come from .env or --env-file; a missing key exits 4", async () => {
    const registry = await start();
    const model = { model: "gpt-4o", provider: "groq" };
    await registry.upsert({ path: "g", template: "Hi", templateLanguage: "default", model });
    expect(await call(["g"], { env: {} })).toMatchObject({ exitCode: 4, stdout: "" });
    const missing = await call(["g"], { env: { GROQ_BASE_URL: "https://groq.invalid/v1" } });
    expect(missing.exitCode).toBe(4);
    expect(missing.stderr).toContain(
      'error: no API key for model "gpt-4o" (provider groq)\n  → set GROQ_API_KEY',
    );
    writeFileSync(join(cwd, ".env"), `GROQ_BASE_URL=${server.baseUrl}\nGROQ_API_KEY=${apiKey}\n`);
    expect(await call(["g"], { env: {} })).toMatchObject({ exitCode: 0, stdout: "ok\n" });
    writeFileSync(
      join(cwd, "other.env"),
      `GROQ_BASE_URL=${server.baseUrl}\nGROQ_API_KEY=wrong-key-0123456789\n`,
    );
    const wrong = await call(["g", "--env-file", "other.env", "--json"], { env: {} });
    expect(wrong.exitCode).toBe(4);
    expect(wrong.json).toMatchObject({ error: { code: "model_auth" } });
  });

  test("no key is in any file that is written", async () => {
    await start({
      faults: faultsAt({ 1: { kind: "status", status: 400, body: { error: { message: apiKey } } } }),
    });
    await call(["main/hello", ...both]);
    const failed = await call(["main/hello", ...both]);
    expect(failed.stderr).toContain("returned 400: [secret]");
    await call(["main/hello", ...both, "--stream"], {
      env: { OPENAI_API_KEY: `${apiKey}-other`, OPENAI_BASE_URL: server.baseUrl },
    });
    const files = readdirSync(cwd, { recursive: true, encoding: "utf8" }).map((name) => join(cwd, name));
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "utf8"));
    expect(texts.join("\n")).toContain("[secret]");
    expect(texts.join("\n")).not.toContain(apiKey);
    expect(await traces()).toHaveLength(3);
  });

  test("one failed sample exits 1 and prints the other answers; if all fail, the error is printed", async () => {
    await start({ faults: faultsAt({ 0: { kind: "status", status: 400 } }) });
    const some = await call(["main/hello", ...both, "--num-samples", "2"]);
    expect(some.exitCode).toBe(1);
    expect(some.stdout).toMatch(/\nok\n/);
    expect(some.stdout).toMatch(/\(failed: gpt-4o-mini at .* returned 400/);
    await server.close();
    await start({ faults: always({ kind: "status", status: 400 }) });
    for (const flags of [[], ["--stream"]]) {
      const all = await call(["main/hello", ...both, ...flags]);
      expect(all.exitCode).toBe(1);
      expect(all.stderr).toContain("returned 400");
      expect(all.stdout.trim()).toBe("");
    }
  });

  test("Ctrl-C stops a stream, keeps the printed text, logs it and exits 130", async () => {
    await start({ answer: () => "one two", faults: always({ kind: "stall", events: 2 }) });
    let onFirstChunk = () => {};
    const firstChunk = new Promise<void>((resolve) => {
      onFirstChunk = resolve;
    });
    const { exitCode, stdout } = await call(["main/hello", ...both, "--stream"], {
      interrupts: [{ when: firstChunk, signal: "SIGINT" }],
      onStdout: () => onFirstChunk(),
    });
    expect([exitCode, stdout]).toEqual([130, "one \n"]);
    expect(await traces()).toMatchObject([{ output: "one ", error: expect.stringContaining("stopped") }]);
  });

  test("a trace that cannot be stored is a warning, and the answer is printed", async () => {
    await start();
    writeFileSync(join(cwd, "blocked"), "a file where a folder should be");
    const { exitCode, stdout, stderr } = await call(["main/hello", ...both, "--state", "blocked"]);
    expect([exitCode, stdout]).toEqual([0, "ok\n"]);
    expect(stderr).toContain("warning: 1 trace could not be stored");
  });
});

describe("invalid call input", () => {
  test.each(refusedValues)("%s: %j in inline details exits 2", async (key, value, message) => {
    await start();
    writeFileSync(join(cwd, "new.json"), JSON.stringify({ model: "m", template: "Hi", [key]: value }));
    const refused = await call(["new", "--prompt", "new.json"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr.replaceAll(/\s+/g, " ")).toContain(message);
    expect(server.count).toBe(0);
  });

  test.each([
    [["--tool-choice", "required"], "requires a tool"],
    [["--tool-choice", "nope"], 'names the tool "nope"'],
    [["--trace-parent", "log_nobody"], "there is no log log_nobody"],
    [["--version", "2", "--environment", "production"], "names two versions"],
  ])("%j exits 2", async (flags, message) => {
    await start();
    const refused = await call(["main/hello", ...both, ...flags]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(message);
    expect(server.count).toBe(0);
  });
});
