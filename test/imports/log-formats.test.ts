import { describeImportCases } from "../support/import-cases.ts";

const system = (content: string) => ({ role: "system", content });
const user = (content: string) => ({ role: "user", content });
const weatherCall = (id: string) => [{ id, type: "function", function: { name: "weather" } }];

/**
 * Shapes: docs.anthropic.com (Messages, Message Batches); docs.aws.amazon.com (Model invocation logging, Converse), with
 * bodies as in aws-samples; BerriAI/litellm litellm/types/utils.py and schema.prisma; Helicone/helicone
 * examples/export/typescript and HeliconeRequest; openrouter.ai/docs; OpenAI API reference (responses).
 */
describeImportCases([
  {
    format: "anthropic",
    files: ["logs/anthropic/messages.jsonl"],
    reads: [4, 0],
    traces: [
      {
        started_at: "2026-01-02T03:04:05.000Z",
        latency_ms: 321,
        provider: "anthropic",
        model: "claude-sonnet-4-20250514",
        messages: [system("Be terse."), user("Hi")],
        parameters: { max_tokens: 100, temperature: 0 },
        output: "Yo",
        finish_reason: "end_turn",
        usage: { input_tokens: 10, output_tokens: 1 },
        anthropic: { x_extra: "kept" },
      },
      {
        messages: [
          system("Use the tool."),
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
              { type: "text", text: "Where is this?" },
            ],
          },
          {
            role: "assistant",
            content: null,
            tool_calls: weatherCall("toolu_1"),
            reasoning_content: "A tool helps.",
          },
          { role: "tool", content: "4 °C", tool_call_id: "toolu_1" },
        ],
        output: "One more call.",
        reasoning: "Again.",
        tool_calls: weatherCall("toolu_2"),
        finish_reason: "tool_use",
      },
      { error: "Overloaded", error_code: "overloaded_error", messages: [system("Be terse."), user("Hi")] },
      { messages: [user("A request alone")], model: "claude-3-5-haiku-latest" },
    ],
  },
  {
    format: "anthropic-batch",
    files: ["logs/anthropic-batch/results.jsonl", "logs/anthropic-batch/requests.jsonl"],
    reads: [3, 0],
    traces: [
      { event_id: "row-1", error: "max_tokens is too small", anthropic_batch: { x_extra: "kept" } },
      {
        event_id: "row-2",
        messages: [system("Classify."), user("b")],
        output: "label b",
        usage: { output_tokens: 2 },
      },
      { event_id: "row-3", error: "the request expired" },
    ],
  },
  {
    format: "bedrock",
    files: ["logs/bedrock/s3.jsonl"],
    reads: [5, 0],
    traces: [
      {
        trace_id: "req-1",
        started_at: "2026-01-02T03:04:05.000Z",
        model: "amazon.nova-lite-v1:0",
        provider: "bedrock",
        messages: [system("Be brief."), user("Classify: a")],
        parameters: { maxTokens: 10, temperature: 0 },
        output: "positive",
        usage: { input_tokens: 12, output_tokens: 4 },
        metadata: { team: "growth" },
        bedrock: { x_extra: "kept" },
      },
      { messages: [system("Classify."), user("b")], output: "negative", finish_reason: "end_turn" },
      { messages: [user("c")], output: "neutral", finish_reason: "end_turn" },
      {
        messages: [user("<|begin_of_text|>Capital of Sudan?")],
        parameters: { temperature: 0.1, max_gen_len: 20 },
        output: "Khartoum.",
        finish_reason: "stop",
      },
      { messages: [user("User: Hello")], output: " Hello! How are you?", finish_reason: "FINISH" },
    ],
    leftOut: [
      { kind: "calls of embeddings", reason: "they have no prompt", count: 1 },
      {
        kind: "invocations without their body",
        reason: "the body is in another object (inputBodyS3Path)",
        count: 1,
      },
    ],
  },
  {
    format: "bedrock",
    files: ["logs/bedrock/cloudwatch.json"],
    reads: [1, 0],
    traces: [
      {
        messages: [
          user("Weather in Oslo?"),
          { role: "assistant", content: null, tool_calls: weatherCall("t1") },
          { role: "tool", content: '{"celsius":4}', tool_call_id: "t1" },
        ],
        output: "4 °C",
      },
    ],
  },
  {
    format: "litellm",
    files: ["logs/litellm/callbacks.jsonl"],
    reads: [3, 0],
    traces: [
      {
        trace_id: "chatcmpl-1",
        chain_id: "tr-1",
        messages: [system("Classify."), user("a")],
        output: "positive",
        model: "gpt-4o",
        provider: "openai",
        parameters: { temperature: 0 },
        usage: { input_tokens: 9, output_tokens: 4 },
        cost_usd: 0.0003,
        latency_ms: 1500,
        user: "ann",
        litellm: { x_extra: "kept" },
      },
      { trace_id: "call-2", error: "RateLimitError: slow down", error_code: "429", error_status: 429 },
      { trace_id: "msg_9", messages: [system("Be terse."), user("Hi")], output: "Yo", provider: "anthropic" },
    ],
    leftOut: [{ kind: "calls of type aembedding", reason: "they have no prompt and answer", count: 1 }],
  },
  {
    format: "litellm",
    files: ["logs/litellm/spend-logs.json"],
    reads: [1, 0],
    traces: [
      {
        trace_id: "chatcmpl-7",
        chat_id: "s-1",
        messages: [user("Classify: a")],
        parameters: { temperature: 0 },
        output: "positive",
        cost_usd: 0.0001,
      },
    ],
    leftOut: [
      {
        kind: "calls without messages",
        reason: "the proxy did not store them (store_prompts_in_spend_logs)",
        count: 1,
      },
    ],
  },
  {
    format: "helicone",
    files: ["logs/helicone/requests.jsonl"],
    reads: [4, 0],
    traces: [
      {
        trace_id: "h1",
        chat_id: "s-1",
        started_at: "2026-01-02T03:04:05.000Z",
        latency_ms: 812,
        messages: [user("Classify: a")],
        output: "positive",
        model: "gpt-4o-2024-08-06",
        provider: "openai",
        cost_usd: 0.0002,
        user: "ann",
        metadata: { app: "demo" },
        feedback: [{ rating: 1, comment: "feedback", at: "2026-01-03T00:00:00.000Z" }],
        helicone: { x_extra: "kept" },
      },
      { messages: [system("Be terse."), user("Hi")], output: "Yo", provider: "anthropic" },
      { error: "Rate limit", error_code: "rate_limit_exceeded", error_status: 429 },
      {
        messages: [system("Be brief."), user("d")],
        output: "delta",
        reasoning: "thinking",
        usage: { input_tokens: 5, output_tokens: 5, reasoning_tokens: 3 },
        parameters: { temperature: 0 },
      },
    ],
    leftOut: [{ kind: "requests without their body", reason: "export with --include-body", count: 1 }],
  },
  {
    format: "helicone",
    files: ["logs/helicone/requests.csv"],
    reads: [1, 0],
    traces: [{ messages: [user("Classify, please: a")], output: "positive", latency_ms: 812 }],
  },
  {
    format: "openrouter",
    files: ["logs/openrouter/content.json"],
    reads: [1, 0],
    traces: [
      {
        messages: [system("Classify."), user("a")],
        output: "positive",
        reasoning: "It praises.",
        provider: "openrouter",
      },
    ],
  },
  {
    format: "openrouter",
    files: ["logs/openrouter/generations.jsonl"],
    reads: [1, 0],
    traces: [
      {
        trace_id: "gen-1",
        messages: [user("Once upon")],
        output: " a time",
        openrouter: { x_extra: "kept" },
      },
    ],
    leftOut: [
      {
        kind: "records of generations",
        reason: "they have neither prompt nor answer; use Broadcast (OTLP) or /api/v1/generation/content",
        count: 1,
      },
    ],
  },
  {
    format: "openai-chat",
    files: ["logs/openai-responses/responses.jsonl"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "resp_1",
        messages: [system("Classify."), { role: "user", content: [{ type: "input_text", text: "a" }] }],
        parameters: { temperature: 0, max_output_tokens: 20 },
        output: "positive",
        reasoning: "Praise.",
        usage: { input_tokens: 9, output_tokens: 4, reasoning_tokens: 2 },
        metadata: { app: "demo" },
        openai_chat: { x_extra: "kept" },
      },
      {
        messages: [
          system("Use the tool."),
          user("Weather in Oslo?"),
          { role: "assistant", tool_calls: weatherCall("c1") },
          { role: "tool", content: "4 °C", tool_call_id: "c1" },
        ],
        output: "4 °C",
      },
    ],
  },
]);
