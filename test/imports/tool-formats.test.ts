import { describeImportCases } from "../support/import-cases.ts";

const system = (content: string) => ({ role: "system", content });
const user = (content: string) => ({ role: "user", content });

/**
 * Shapes: langfuse/langfuse web/src/features/traces/server/buildTraceExport.ts (v4) and its issue 15337 (before);
 * langchain-ai/langsmith-sdk ExperimentResults.to_pandas; braintrust.dev/docs (Export, spans of experiments);
 * Arize-ai/phoenix src/phoenix/server/api/routers/v1/{spans,datasets}.py and its spans dataframe; wandb/weave
 * CallSchema and the downloads of its traces page; docs.databricks.com (Inference tables, AI Gateway).
 */
describeImportCases([
  {
    format: "langfuse",
    files: ["tools/langfuse-v4/download.json"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "o1",
        chain_id: "t1",
        inputs: { question: "Capital of Italy?" },
        output: "Rome it is.",
        feedback: [{ better_response: "Rome.", by: "bob", at: "2026-01-02T03:05:01.000Z" }],
        langfuse: { x_extra: "kept" },
      },
      {
        trace_id: "o2",
        parent_id: "o1",
        messages: [system("Be terse"), user("Capital of Italy?")],
        output: "Rome it is.",
        model: "gpt-4o",
        usage: { input_tokens: 3, output_tokens: 1 },
        feedback: [{ rating: 0.2, comment: "quality: bad" }],
      },
    ],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        outputs: "Rome it is.",
        expectations: { expected_response: "Rome." },
      },
    ],
    leftOut: [
      { kind: "generations", reason: "the download has neither their input nor their output", count: 1 },
    ],
  },
  {
    format: "langfuse",
    files: ["tools/langfuse-v4/legacy.json"],
    reads: [2, 0],
    traces: [
      { trace_id: "t2", inputs: { question: "Capital of France?" }, output: "Paris" },
      { trace_id: "o9", parent_id: "t2", messages: [system("Be terse"), user("Capital of Italy?")] },
    ],
    rows: [{ inputs: { question: "Capital of France?" }, outputs: "Paris" }],
  },
  {
    format: "langsmith",
    files: ["tools/langsmith-runs/runs.csv"],
    reads: [1, 0],
    traces: [
      {
        trace_id: "run-c1",
        started_at: "2026-01-02T03:04:05.000Z",
        inputs: { question: "Capital of Italy?" },
        output: "Rome",
        usage: { input_tokens: 9, output_tokens: 4 },
        cost_usd: 0.0002,
        feedback: [{ rating: 1, comment: "correctness" }],
      },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome", tags: { rating: 1 } }],
  },
  {
    format: "langsmith",
    files: ["tools/langsmith-runs/nested.jsonl"],
    reads: [2, 0],
    traces: [
      { trace_id: "r1", inputs: { question: "Capital of Italy?" } },
      {
        trace_id: "r2",
        parent_id: "r1",
        messages: [system("Be terse."), user("Capital of Italy?")],
        output: "Rome",
        provider: "anthropic",
      },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome" }],
  },
  {
    format: "langsmith-dataset",
    files: ["tools/langsmith-experiment/experiment.csv"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        outputs: "Roma",
        expectations: { expected_response: "Rome" },
        tags: { rating: 1 },
      },
      { inputs: { question: "Capital of France?" }, expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "braintrust",
    files: ["tools/braintrust/experiment.jsonl"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "r1",
        name: "eval",
        started_at: "2026-01-02T03:04:05.100Z",
        latency_ms: 1000,
        inputs: { question: "Capital of Italy?" },
        output: "Roma",
        feedback: [{ rating: 0.6, comment: "Factuality" }, { better_response: "Rome" }],
        metadata: { topic: "geo" },
        braintrust: { x_extra: "kept" },
      },
      {
        trace_id: "r2",
        parent_id: "r1",
        chain_id: "r1",
        messages: [user("Capital of Italy?")],
        output: "Roma",
        model: "gpt-4o",
        parameters: { temperature: 0 },
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    ],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        outputs: "Roma",
        expectations: { expected_response: "Rome" },
        tags: { rating: 0.6 },
      },
    ],
    leftOut: [
      { kind: "spans of type score", reason: "their scores are on the span that they judge", count: 1 },
    ],
  },
  {
    format: "braintrust",
    files: ["tools/braintrust/dataset.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        expectations: { expected_response: "Rome" },
        tags: { topic: "geo", tags: ["easy"] },
        braintrust: { x_extra: "kept" },
      },
      { inputs: { input: "Capital of France?" }, expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "phoenix",
    files: ["tools/phoenix/spans.csv"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "000000000000000000000000000000f1-00000000000000a2",
        parent_id: "000000000000000000000000000000f1-00000000000000a1",
        started_at: "2026-01-02T03:04:05.100Z",
        latency_ms: 1000,
        messages: [user("Capital of Italy?")],
        output: "Rome",
        model: "gpt-4o",
        usage: { input_tokens: 9, output_tokens: 1 },
        source: "import:phoenix",
      },
      { inputs: { question: "Capital of Italy?" }, output: "Rome" },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome" }],
  },
  {
    format: "phoenix",
    files: ["tools/phoenix/spans.json"],
    reads: [1, 0],
    traces: [
      {
        messages: [user("Capital of France?")],
        parameters: { temperature: 0 },
        chat_id: "s-1",
        error: "late",
      },
    ],
    leftOut: [{ kind: "spans of kind UNKNOWN", reason: "no model call, and no input and output", count: 1 }],
  },
  {
    format: "phoenix-dataset",
    files: ["tools/phoenix-dataset/examples.json"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        expectations: { expected_response: "Rome" },
        tags: { topic: "geo" },
        phoenix: { x_extra: "kept" },
      },
      { inputs: { question: "Capital of France?" } },
    ],
  },
  {
    format: "phoenix-dataset",
    files: ["tools/phoenix-dataset/examples.csv"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?" },
        expectations: { expected_response: "Rome" },
        tags: { topic: "geo" },
        phoenix: { example_id: "e1" },
      },
      { expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "weave",
    files: ["tools/weave/calls.jsonl"],
    reads: [3, 0],
    traces: [
      {
        trace_id: "c1",
        chain_id: "t1",
        name: "answer",
        inputs: { question: "Capital of Italy?" },
        output: "Rome it is.",
        usage: { input_tokens: 9, output_tokens: 4 },
        latency_ms: 1000,
        user: "ann",
        feedback: [{ rating: 0, by: "bob" }],
        weave: { x_extra: "kept", op_name: "weave:///acme/qa/op/answer:Ab1" },
      },
      {
        trace_id: "c2",
        parent_id: "c1",
        messages: [user("Capital of Italy?")],
        parameters: { temperature: 0 },
        model: "gpt-4o",
        output: "positive",
      },
      { trace_id: "c3", messages: [system("Be terse."), user("Hi")], output: "Yo" },
    ],
    rows: [{ inputs: { question: "Capital of Italy?" }, outputs: "Rome it is.", tags: { rating: 0 } }],
    leftOut: [
      {
        kind: "calls of Evaluation.predict_and_score",
        reason: "steps of an evaluation, not of the application",
        count: 1,
      },
    ],
  },
  {
    format: "weave",
    files: ["tools/weave/calls.csv"],
    reads: [1, 0],
    traces: [{ inputs: { question: "Capital of Spain?", lang: "en" }, output: "Madrid" }],
    rows: [{ inputs: { question: "Capital of Spain?", lang: "en" }, outputs: "Madrid" }],
  },
  {
    format: "databricks-inference",
    files: ["tools/databricks-inference/payload.csv"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "d-1",
        event_id: "c-1",
        started_at: "2026-01-02T03:04:05.000Z",
        latency_ms: 812,
        messages: [user("Capital of Italy?")],
        parameters: { temperature: 0 },
        output: "Rome",
        user: "ann@example.com",
      },
      { error: "max_tokens is too large", error_code: "BAD_REQUEST", error_status: 400 },
    ],
    leftOut: [{ kind: "calls with batches of records", reason: "one response for several inputs", count: 1 }],
  },
  {
    format: "databricks-inference",
    files: ["tools/databricks-inference/gateway.jsonl"],
    reads: [1, 0],
    traces: [{ output: "one two", finish_reason: "stop", databricks: { x_extra: "kept" } }],
  },
]);
