import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveOutputSchema } from "../../src/cli/commands/serve/output.ts";
import type { Trace } from "../../src/core/trace.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { type RunningCommand, serveCli } from "../support/serve-cli.ts";
import { preparePython } from "./python-venv.ts";

const apiKey = "sk-peers-0123456789abcdef";
const serverKey = "server-key-0123456789";
let model: LoopbackOpenAI;
let server: RunningCommand;
let cwd: string;
let url: string;

beforeEach(async () => {
  model = await startLoopbackOpenAI({ models: ["m"], answer: () => "an answer" });
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-peers-"));
  server = await serveCli(["serve", "--json", "--port", "0", "--api-key", serverKey], { cwd });
  url = serveOutputSchema.parse(JSON.parse(server.ready)).url;
});
afterEach(async () => {
  await server.stop();
  await model.close();
});

async function run(script: string, env: Readonly<Record<string, string>> = {}) {
  const python = await preparePython(script.startsWith("libretto") ? "libretto" : "telemetry");
  return python.run(script, { BASE_URL: model.baseUrl, API_KEY: apiKey, ...env });
}

async function recorded(): Promise<readonly Trace[]> {
  expect((await server.stop()).exitCode).toBe(0);
  const store = openTraceStore({ folder: join(cwd, ".dao-opt/traces") });
  const traces = [];
  for await (const trace of store.list()) traces.push(trace);
  await store.close();
  expect(JSON.stringify(traces)).not.toMatch(/sk-peers|server-key/);
  return traces;
}

describe("the unmodified libretto-openai", () => {
  it("logs calls, feedback and a chain's result through LIBRETTO_API_PREFIX", async () => {
    const result = await run("libretto_events.py", { LIBRETTO_API_PREFIX: url, LIBRETTO_KEY: serverKey });
    expect(result).toMatchObject({ chat: "an answer", text: "an answer", feedback_key: expect.any(String) });
    const { feedback_key: feedbackKey, chain_id: chainId } = result as Record<string, string>;
    const traces = await recorded();
    const named = (name: string) => traces.find((trace) => trace.name === name);
    expect(traces).toHaveLength(4);
    expect(named("sport-emoji")).toMatchObject({
      chatId: "chat-1",
      chainId,
      feedbackKey,
      inputs: { sport: "soccer" },
      prompt: {
        path: "sport-emoji",
        template: [
          { role: "system", content: 'Answer as {"emoji": "…"}.' },
          { role: "user", content: "An emoji for {{sport}}" },
        ],
      },
      messages: [
        { role: "system", content: 'Answer as {"emoji": "…"}.' },
        { role: "user", content: "An emoji for soccer" },
      ],
      output: "an answer",
      model: "m",
      provider: "openai",
      usage: { inputTokens: expect.any(Number), outputTokens: 3 },
      finishReason: "stop",
      feedback: [{ rating: 0.25, betterResponse: "⚽" }],
    });
    expect(named("greet")).toMatchObject({
      inputs: { name: "Ann" },
      prompt: { template: "Greet {{name}}." },
      messages: [{ role: "user", content: "Greet Ann." }],
      output: "an answer",
    });
    expect(traces.find(({ inputs }) => inputs?.["n"] === "three")?.name).toMatch(/^count-to-n-[0-9a-f]{8}$/);
    expect(named("chain_result")).toMatchObject({ chainId, output: "all done" });
  });
});

const otlp = () => ({
  ENDPOINT: `${url}/v1/traces`,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: `x-api-key=${serverKey}`,
});

describe("the real OpenTelemetry SDK", () => {
  it("with OpenInference's instrumentation sends traces with template and variables", async () => {
    const result = await run("opentelemetry_spans.py", { ...otlp(), INSTRUMENTATION: "openinference" });
    const { trace_id: traceId, flushed } = result as { trace_id: string; flushed: boolean };
    expect(flushed).toBe(true);
    const traces = (await recorded()).filter(({ chainId }) => chainId === traceId);
    expect(traces).toMatchObject([
      {
        messages: [{ role: "user", content: "An emoji for soccer" }],
        output: "an answer",
        model: "m",
        inputs: { sport: "soccer" },
        prompt: { template: "An emoji for {sport}" },
        chatId: "session-1",
        parameters: { temperature: 0.5 },
        usage: { inputTokens: 5, outputTokens: 3 },
        environment: "test",
        source: "otlp",
        metadata: { service_name: "shop" },
      },
      { messages: [{ role: "user", content: "streamed" }], output: "an answer" },
      { messages: [{ role: "user", content: "fails" }], error: expect.stringContaining("does not exist") },
    ]);
  });

  it("with its own instrumentation, current conventions in spans, and spans by hand", async () => {
    await run("opentelemetry_spans.py", {
      ...otlp(),
      INSTRUMENTATION: "openai_v2",
      OTEL_SEMCONV_STABILITY_OPT_IN: "gen_ai_latest_experimental",
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "span_only",
    });
    const traces = await recorded();
    expect(traces).toMatchObject([
      {
        messages: [{ role: "user", content: "An emoji for soccer" }],
        output: "an answer",
        model: "m",
        provider: "openai",
        parameters: { temperature: 0.5 },
        usage: { inputTokens: 5, outputTokens: 3 },
        finishReason: "stop",
      },
      { messages: [{ role: "user", content: "streamed" }], output: "an answer" },
      { messages: [{ role: "user", content: "fails" }], error: expect.any(String) },
      {
        name: "chat m",
        messages: [{ role: "user", content: "by hand" }],
        output: "done",
        usage: { inputTokens: 7 },
        finishReason: "stop",
      },
    ]);
  });
});

describe("MLflow's autologging", () => {
  it("sends the application's function with its inputs, and the model call below it", async () => {
    await run("mlflow_autolog.py", { ...otlp(), OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf" });
    const [step, call, ...others] = await recorded();
    expect(others).toEqual([]);
    expect(step).toMatchObject({ name: "classify", inputs: { text: "lovely" }, output: "an answer" });
    expect(call).toMatchObject({
      parentId: step?.traceId,
      chainId: step?.chainId,
      messages: [
        { role: "system", content: "Classify the sentiment." },
        { role: "user", content: "lovely" },
      ],
      output: "an answer",
      model: "m",
      parameters: { temperature: 0 },
      usage: { inputTokens: 8, outputTokens: 3 },
    });
  });
});
