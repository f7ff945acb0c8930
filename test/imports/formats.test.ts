import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeImportCases, type ImportCase } from "../support/import-cases.ts";
import { createImportWorld, fixture } from "../support/import-world.ts";

const feedback = [
  { rating: 0, comment: "correctness: too long", by: "bob", at: "2026-01-03T00:00:00.000Z" },
  { better_response: "Rome.", by: "bob", at: "2026-01-03T00:00:01.000Z" },
];

const cases: readonly ImportCase[] = [
  {
    format: "rows",
    files: ["rows/records.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: { text: "Great phone" },
        outputs: "positive",
        expectations: { expected_response: "positive" },
        tags: { team: "growth" },
        source: { type: "trace", trace_id: "tr-1" },
        x_extra: "kept",
      },
      { inputs: { text: "Broken" }, expectations: { expected_response: "negative" } },
    ],
  },
  {
    format: "rows",
    files: ["rows/columns.csv"],
    reads: [0, 2],
    rows: [
      { inputs: { text: "Great, really", lang: "en" }, expectations: { expected_response: "positive" } },
      { inputs: { text: 'Line one\nline "two"', lang: "de" } },
    ],
  },
  {
    format: "traces",
    files: ["traces/traces.jsonl"],
    reads: [2, 0],
    traces: [
      { trace_id: "tr_1", name: "classify", x_extra: "kept" },
      { trace_id: "tr_2", error: "late" },
    ],
    rows: [{ inputs: { text: "a" }, outputs: "x", source: { trace_id: "tr_1" } }],
  },
  {
    format: "openai-chat",
    files: ["openai-chat/fine-tuning.jsonl"],
    reads: [2, 0],
    traces: [
      {
        messages: [
          { role: "system", content: "Classify." },
          { role: "user", content: "Great phone" },
        ],
        output: "positive",
        source: "import:openai-chat",
        openai_chat: { x_extra: "kept" },
      },
      { output: "negative" },
    ],
  },
  {
    format: "openai-chat",
    files: ["openai-chat/requests.jsonl"],
    reads: [4, 0],
    traces: [
      {
        trace_id: "log_1",
        started_at: "2026-01-02T03:04:05.000Z",
        latency_ms: 321,
        model: "gpt-4o",
        parameters: { temperature: 0 },
        output: "A",
        usage: { input_tokens: 9, output_tokens: 3, reasoning_tokens: 1 },
        finish_reason: "stop",
        openai_chat: { x_extra: "kept" },
      },
      { trace_id: "log_2", error: "Rate limit reached" },
      { messages: [{ role: "user", content: "Once upon" }], output: " a time", finish_reason: "length" },
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hello" },
        ],
        output: "Hi",
      },
    ],
  },
  {
    format: "openai-chat",
    files: ["openai-chat/stored-completions.json"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "chatcmpl-7",
        output: "stored",
        metadata: { app: "demo" },
        openai_chat: { x_extra: "kept" },
      },
      { tool_calls: [{ id: "call_1", type: "function", function: { name: "weather" } }], output: null },
    ],
  },
  {
    format: "openai-batch",
    files: ["openai-batch/output.jsonl", "openai-batch/errors.jsonl", "openai-batch/input.jsonl"],
    reads: [3, 0],
    traces: [
      { trace_id: "batch_req_1", event_id: "row-1", output: "label 1", openai_batch: { x_extra: "kept" } },
      { trace_id: "batch_req_2", event_id: "row-2", output: "label 2", model: "gpt-4o-mini" },
      { event_id: "row-3", error: expect.stringContaining("completion window expired") },
    ],
  },
  {
    format: "openai-evals",
    files: ["openai-evals/items.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: { text: "Great phone" },
        outputs: "good",
        expectations: { expected_response: "positive", expected_facts: ["praise"] },
      },
      { inputs: { text: "Broken" } },
    ],
  },
  {
    format: "otlp",
    files: ["otlp/genai.json"],
    reads: [1, 0],
    traces: [
      {
        messages: [{ role: "user", content: "Classify: a" }],
        output: "positive",
        model: "gpt-4o",
        usage: { input_tokens: 12, output_tokens: 4 },
        source: "import:otlp",
      },
    ],
  },
  {
    format: "otlp",
    files: ["otlp/openinference.jsonl"],
    reads: [2, 0],
    traces: [{ messages: [{ role: "user", content: "Classify: b" }], output: "negative" }, {}],
  },
  {
    format: "mlflow-traces",
    files: ["mlflow-traces/traces.jsonl"],
    reads: [6, 0],
    traces: [
      {
        trace_id: "tr-0a1b",
        started_at: "2026-01-02T03:04:05.120Z",
        chat_id: "s-1",
        user: "ann",
        name: "answer",
        inputs: { question: "Capital of Italy?" },
        output: "Rome it is.",
        usage: { input_tokens: 20, output_tokens: 5 },
        latency_ms: 1500,
        feedback,
        mlflow: { tags: { x_extra: "kept" } },
      },
      {
        trace_id: `tr-0a1b:${Buffer.from("llm-span").toString("hex")}`,
        parent_id: "tr-0a1b",
        model: "gpt-4o",
        messages: [
          { role: "system", content: "Answer briefly." },
          { role: "user", content: "Capital of Italy?" },
        ],
        output: "Rome it is.",
      },
      { name: "search", mlflow: { input: { query: "Capital of Italy?" }, span_type: "RETRIEVER" } },
      { trace_id: "tr-0a1c" },
      {},
      {},
    ],
    rows: [
      { inputs: { question: "Capital of Italy?" }, expectations: { expected_response: "Rome." } },
      { inputs: { question: "Capital of France?" }, outputs: "Paris." },
    ],
  },
  {
    format: "mlflow-traces",
    files: ["mlflow-traces/mlflow2.json"],
    reads: [1, 0],
    traces: [{ trace_id: "tr-v2", error: "boom", inputs: { x: 1 }, output: '{"y":2}', latency_ms: 900 }],
  },
  {
    format: "mlflow-traces",
    files: ["mlflow-traces/batch-get.json"],
    reads: [2, 0],
    traces: [
      { trace_id: "tr-01", inputs: { text: "good" }, output: "positive" },
      {
        trace_id: "tr-01:0000000000000002",
        parent_id: "tr-01",
        model: "gpt-4o",
        messages: [{ role: "user", content: "good" }],
        output: "positive",
        error: "late",
      },
    ],
    rows: [{ inputs: { text: "good" }, outputs: "positive" }],
  },
  ...["records.json", "records.csv"].map(
    (file): ImportCase => ({
      format: "mlflow-dataset",
      files: [`mlflow-dataset/${file}`],
      reads: [0, 2],
      rows: [
        {
          inputs: { question: "Capital of Italy?" },
          expectations: { expected_response: "Rome" },
          tags: { "mlflow.user": "ann" },
          source: { type: "human" },
          mlflow: { dataset_record_id: "dr-1" },
        },
        { outputs: "Paris", source: { type: "trace", trace_id: "tr-0a1c" } },
      ],
    }),
  ),
  {
    format: "langfuse",
    files: ["langfuse/observations_v2.jsonl"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "obs-1",
        chain_id: "trace-1",
        chat_id: "s1",
        user: "u1",
        prompt: { path: "classifier", version: 3 },
        messages: [
          { role: "system", content: "Classify." },
          { role: "user", content: "Great phone" },
        ],
        output: "positive",
        model: "gpt-4o",
        cost_usd: 0.0003,
        latency_ms: 1500,
        environment: "production",
        langfuse: { trace_name: "review", x_extra: "kept" },
      },
      { parent_id: "obs-1", error: "not found", langfuse: { input: { q: "x" }, type: "TOOL" } },
    ],
  },
  {
    format: "langfuse",
    files: ["langfuse/trace.json"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "trace-9",
        inputs: { question: "Capital of Italy?" },
        latency_ms: 2250,
        langfuse: { x_extra: "kept" },
      },
      {
        trace_id: "obs-9",
        parent_id: "trace-9",
        chat_id: "s1",
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome" }],
  },
  {
    format: "langfuse",
    files: ["langfuse/observations.csv"],
    reads: [1, 0],
    traces: [
      { messages: [{ role: "user", content: "Sum, up: a" }], cost_usd: 0.01, usage: { input_tokens: 5 } },
    ],
  },
  {
    format: "langfuse-dataset",
    files: ["langfuse-dataset/items.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        expectations: { expected_response: "Rome" },
        source: { type: "trace", trace_id: "trace-9" },
        langfuse: { x_extra: "kept" },
      },
      { inputs: { input: "Capital of France?" }, expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "langsmith",
    files: ["langsmith/runs.jsonl"],
    reads: [3, 0],
    traces: [
      {
        inputs: { question: "Capital of Italy?" },
        output: "Rome",
        chat_id: "s-1",
        feedback: [{ rating: 1, comment: "correctness" }],
        langsmith: { session_id: "p-1", x_extra: "kept" },
      },
      {
        messages: [
          { role: "system", content: "Answer briefly." },
          { role: "user", content: "Capital of Italy?" },
        ],
        output: "Rome",
        model: "gpt-4o",
        provider: "openai",
        usage: { input_tokens: 12, output_tokens: 1 },
        cost_usd: 0.00004,
      },
      { messages: [{ role: "user", content: "Hello" }], output: "Hi", error: "TimeoutError('late')" },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome" }],
  },
  {
    format: "langsmith-dataset",
    files: ["langsmith-dataset/examples.jsonl"],
    reads: [0, 2],
    rows: [
      { expectations: { expected_response: "Rome" }, langsmith: { x_extra: "kept" } },
      { expectations: { expected_response: { answer: "Paris", score: 1 } } },
    ],
  },
  {
    format: "langsmith-dataset",
    files: ["langsmith-dataset/examples.csv"],
    reads: [0, 2],
    rows: [{ inputs: { question: "Capital of Italy?" }, expectations: { expected_response: "Rome" } }, {}],
  },
  {
    format: "promptfoo",
    files: ["promptfoo/promptfooconfig.yaml"],
    reads: [0, 3],
    rows: [
      {
        inputs: { tone: "polite", language: "French", text: "Hello" },
        expectations: { expected_facts: ["Bon"], guidelines: ["Is polite"] },
        tags: { topic: "greetings" },
      },
      { inputs: { language: "German" } },
      { expectations: { expected_response: "Sí" } },
    ],
  },
  {
    format: "promptfoo",
    files: ["promptfoo/tests.csv"],
    reads: [0, 3],
    rows: [
      {
        inputs: { text: "Great, phone" },
        expectations: { expected_response: "positive" },
        tags: { topic: "phones" },
      },
      { expectations: { expected_facts: ["negative"] } },
      { expectations: { guidelines: ["is neutral"] } },
    ],
  },
  {
    format: "promptfoo",
    files: ["promptfoo/tests.jsonl"],
    reads: [0, 2],
    rows: [{ expectations: { expected_response: "positive" }, promptfoo: { x_extra: "kept" } }, {}],
  },
  {
    format: "promptfoo",
    files: ["promptfoo/results.json"],
    reads: [2, 0],
    traces: [
      {
        inputs: { text: "Great phone" },
        messages: [{ role: "user", content: "Classify: Great phone" }],
        output: "positive",
        model: "gpt-4o",
        provider: "openai",
        feedback: [{ rating: 1, better_response: "positive" }],
        promptfoo: { promptId: "abc" },
      },
      {
        error: "API error: 429",
        messages: [
          { role: "system", content: "Classify" },
          { role: "user", content: "Broken" },
        ],
      },
    ],
    rows: [{ inputs: { text: "Great phone" }, outputs: "positive" }],
  },
  {
    format: "libretto",
    files: ["libretto/events.jsonl"],
    reads: [3, 0],
    traces: [
      {
        prompt: {
          path: "classifier",
          template: [
            { role: "system", content: "Classify like {this}." },
            { role: "chat_history", content: "{{chat_history}}" },
            { role: "user", content: "Text: {{text}}" },
          ],
        },
        messages: [
          { role: "system", content: "Classify like {this}." },
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Hello" },
          { role: "user", content: "Text: Great phone" },
        ],
        feedback_key: "7f9c24e8-3b12-4b9a-8f5e-000000000001",
        chat_id: "c-1",
        metadata: { tenant: "acme" },
        latency_ms: 412,
        libretto: { x_extra: "kept" },
      },
      { event_id: "ev-2", messages: [{ role: "user", content: "Write about rain:" }], output: "Rain falls." },
      { error: "late", tool_calls: [{ id: "call_1" }] },
    ],
    rows: [{ inputs: { text: "Great phone" } }, { inputs: { topic: "rain" }, outputs: "Rain falls." }],
  },
  ...["humanloop", "humanloop/20250901-120000", "humanloop/20250901-120000/files"].map(
    (folder): ImportCase => ({
      format: "humanloop",
      files: [folder],
      reads: [3, 2],
      traces: [
        {
          trace_id: "log_1",
          prompt: { path: "support/triage", version_id: "prv_1", template: [{ role: "user" }] },
          inputs: { text: "Great phone" },
          output: "positive",
          latency_ms: 1000,
          provider_latency_ms: 400,
          humanloop: { x_extra: "kept" },
        },
        {},
        { trace_id: "log_3", output: "neutral" },
      ],
      rows: [{ inputs: { text: "Great phone" }, expectations: { expected_response: "positive" } }, {}, {}],
    }),
  ),
];

describeImportCases(cases);

test("API keys of Libretto and in headers are never stored", async () => {
  const world = createImportWorld();
  const log = {
    request: { model: "m", messages: [{ role: "user", content: "a" }] },
    response: { choices: [] },
    headers: { Authorization: "Bearer sk-in-a-header", "x-api-key": "sk-in-another", accept: "json" },
  };
  world.write("log.jsonl", `${JSON.stringify(log)}\n`);
  await world.imported(fixture("libretto/events.jsonl"), "log.jsonl", "--dataset", "all");
  const kept = JSON.stringify([world.traces(), world.rows("all")]);
  expect(kept).not.toMatch(/lib-secret|sk-in/);
  expect(kept).toContain('"headers":{"accept":"json"}');
  expect(readFileSync(fixture("libretto/events.jsonl"), "utf8")).toContain("lib-secret-key-1");
});
