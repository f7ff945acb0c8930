/** A stream of a real provider, and what must be recorded from it. */
export interface StreamQuirk {
  readonly id: string;
  readonly provider: string;
  readonly what: string;
  readonly source: string;
  /** A string is sent unchanged, anything else as `data:` with JSON. */
  readonly events: readonly unknown[];
  /** The answer in the resulting dataset row; null: there must be no row. */
  readonly row: string | null;
}

const done = "data: [DONE]\n\n";

function delta(part: object, finish: string | null = null, rest: object = {}): object {
  return {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: part, finish_reason: finish, ...rest }],
  };
}

const text = (content: unknown) => delta({ content });
const stop = delta({}, "stop");

/** Streams in the formats of providers. */
export const streamQuirks: readonly StreamQuirk[] = [
  {
    id: "stream-reasoning-content",
    provider: "DeepSeek",
    what: "thinking comes as deltas of its own, after comments that keep the connection alive",
    source: "tmc/langchaingo#1171",
    events: [
      ": keep-alive\n\n",
      ": keep-alive\n\n",
      delta({ role: "assistant", content: null, reasoning_content: "It " }),
      delta({ content: null, reasoning_content: "praises." }),
      text("posi"),
      text("tive"),
      stop,
      done,
    ],
    row: "positive",
  },
  {
    id: "stream-think-split",
    provider: "vLLM",
    what: "<think> is in the content, cut anywhere",
    source: "vllm-project/vllm#34625",
    events: [
      text("<thi"),
      text("nk>It pra"),
      text("ises.</th"),
      text("ink>\n\nposi"),
      text("tive"),
      stop,
      done,
    ],
    row: "positive",
  },
  {
    id: "stream-parts",
    provider: "Mistral",
    what: "deltas hold lists of parts",
    source: "agentjido/req_llm#742",
    events: [
      text([{ type: "thinking", thinking: [{ type: "text", text: "It praises." }] }]),
      text([{ type: "text", text: "posi" }]),
      text("tive"),
      stop,
      done,
    ],
    row: "positive",
  },
  {
    id: "stream-azure-filter-results",
    provider: "Azure",
    what: "no choice in the first event, no delta in the last",
    source: "microsoft/autogen#6465",
    events: [
      {
        choices: [],
        created: 0,
        id: "",
        model: "",
        object: "",
        prompt_filter_results: [{ prompt_index: 0 }],
      },
      text("positive"),
      stop,
      {
        id: "",
        object: "",
        created: 0,
        model: "",
        choices: [{ index: 0, finish_reason: null, content_filter_offsets: { check_offset: 44 } }],
        usage: null,
      },
      done,
    ],
    row: "positive",
  },
  {
    id: "stream-openrouter-comments",
    provider: "OpenRouter",
    what: "comments are between events, usage is null until the end",
    source: "openai/openai-go#227",
    events: [
      ": OPENROUTER PROCESSING\n\n",
      { ...delta({ role: "assistant", content: "positive" }), usage: null },
      ": OPENROUTER PROCESSING\n\n",
      { ...stop, usage: null },
      { ...delta({ content: "" }), usage: { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 } },
      done,
    ],
    row: "positive",
  },
  {
    id: "stream-crlf",
    provider: "a gateway",
    what: "lines end with CR LF, and no space follows the colon",
    source: "HTML standard: server-sent events",
    events: [
      `data:${JSON.stringify(text("positive"))}\r\n\r\n`,
      `data:${JSON.stringify(stop)}\r\n\r\n`,
      "data:[DONE]\r\n\r\n",
    ],
    row: "positive",
  },
  {
    id: "stream-no-finish-but-done",
    provider: "Ollama",
    what: "no finish reason, but the end is marked",
    source: "pydantic/pydantic-ai#6610",
    events: [text("positive"), done],
    row: "positive",
  },
  {
    id: "stream-finish-but-no-done",
    provider: "textgen",
    what: "a finish reason, but no mark of the end",
    source: "oobabooga/textgen#4778",
    events: [text("positive"), stop],
    row: "positive",
  },
  {
    id: "stream-without-end",
    provider: "LiteLLM, Azure",
    what: "the body ends in the middle of the answer, without a word",
    source: "BerriAI/litellm#40260",
    events: [text("posi"), text("ti")],
    row: null,
  },
  {
    id: "stream-error-event",
    provider: "OpenRouter",
    what: "an error in place of the next event",
    source: "OpenRouter docs: errors, streaming",
    events: [text("posi"), { error: { code: 502, message: "Upstream idle timeout exceeded" } }],
    row: null,
  },
  {
    id: "stream-error-in-choice",
    provider: "OpenRouter",
    what: "the last choice holds an error",
    source: "nodetool-ai/nodetool#5755",
    events: [
      text("posi"),
      delta({ content: "" }, "error", { error: { code: 502, message: "Provider disconnected" } }),
      done,
    ],
    row: null,
  },
  {
    id: "stream-finish-error",
    provider: "Bifrost",
    what: "the finish reason is error",
    source: "maximhq/bifrost#5425",
    events: [text("posi"), delta({}, "error"), done],
    row: null,
  },
  {
    id: "stream-native-finish",
    provider: "OpenRouter",
    what: "finish stop, nothing written; only native_finish_reason shows the failure",
    source: "earendil-works/pi#8511",
    events: [delta({ content: "" }, "stop", { native_finish_reason: "network_error" }), done],
    row: null,
  },
  {
    id: "stream-empty",
    provider: "LM Studio",
    what: "the prompt is larger than the context: a whole stream without a word",
    source: "lmstudio-ai/lmstudio-bug-tracker#2339",
    events: [delta({ role: "assistant", content: "" }), stop, done],
    row: null,
  },
  {
    id: "stream-cut-off",
    provider: "OpenAI",
    what: "the limit ends the text",
    source: "OpenAI API reference: finish_reason",
    events: [text("posi"), delta({}, "length"), done],
    row: null,
  },
  {
    id: "stream-cut-off-uppercase",
    provider: "a gateway of Gemini",
    what: "the limit is called MAX_TOKENS",
    source: "mozilla-ai/any-llm#1202",
    events: [text("posi"), delta({}, "MAX_TOKENS"), done],
    row: null,
  },
  {
    id: "stream-think-never-closes",
    provider: "vLLM",
    what: "the thinking never ends",
    source: "vllm-project/vllm-ascend#9131",
    events: [text("<think>It pra"), text("ises"), stop, done],
    row: null,
  },
  {
    id: "stream-filtered",
    provider: "Azure",
    what: "the filter stops in the middle",
    source: "BerriAI/litellm#8953",
    events: [text("Once upon"), delta({}, "content_filter"), done],
    row: null,
  },
  {
    id: "stream-refusal",
    provider: "OpenAI",
    what: "the refusal comes in deltas",
    source: "OpenAI API reference: refusal",
    events: [delta({ refusal: "I can't " }), delta({ refusal: "help." }), stop, done],
    row: null,
  },
  {
    id: "stream-html",
    provider: "a captive gateway",
    what: "a page in place of events",
    source: "contract: HTML in a 200",
    events: ["<html><body>Gateway login</body></html>"],
    row: null,
  },
];
