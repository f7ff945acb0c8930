import type { Quirk } from "./quirk.ts";
import { always, chat } from "./wire-shapes.ts";

const answered = { kind: "text", text: "positive", reasoning: "It praises.", requests: 1 } as const;

/** Where models put their reasoning. */
export const thinkingQuirks: readonly Quirk[] = [
  {
    id: "think-inline",
    provider: "vLLM without a reasoning parser",
    what: "<think> precedes the answer",
    source: "triton-inference-server/perf_analyzer#433",
    respond: always(chat({ content: "<think>\nIt praises.\n</think>\n\npositive" })),
    expect: answered,
  },
  {
    id: "think-lone-close",
    provider: "vLLM, Qwen3 Thinking",
    what: "the template opens the block, so only </think> is sent",
    source: "vllm-project/vllm#22507",
    respond: always(chat({ content: "It praises.\n</think>\n\npositive" })),
    expect: answered,
  },
  {
    id: "think-empty-block",
    provider: "Ollama, Qwen3 with /no_think",
    what: "an empty block precedes the answer",
    source: "Qwen3 model card: switching between thinking modes",
    respond: always(chat({ content: "<think>\n\n</think>\n\npositive" })),
    expect: { ...answered, reasoning: null },
  },
  {
    id: "thinking-tag",
    provider: "Bedrock access gateway, Nova",
    what: "<thinking> precedes the answer",
    source: "Amazon Nova user guide: tool use",
    respond: always(chat({ content: "<thinking>It praises.</thinking>\n\npositive" })),
    expect: answered,
  },
  {
    id: "reasoning-tag",
    provider: "TGI",
    what: "<reasoning> precedes the answer",
    source: "contract: thinking is not part of an answer",
    respond: always(chat({ content: "<reasoning>It praises.</reasoning>\npositive" })),
    expect: answered,
  },
  {
    id: "harmony-channels",
    provider: "llama.cpp, MLX with gpt-oss",
    what: "the channels of the model's own format are passed on",
    source: "kekzl/imp#768",
    respond: always(
      chat({
        content:
          "<|channel|>analysis<|message|>It praises.<|end|><|start|>assistant<|channel|>final<|message|>positive",
      }),
    ),
    expect: answered,
  },
  {
    id: "harmony-cut-off",
    provider: "llama.cpp with gpt-oss",
    what: "only the channel of the thinking came",
    source: "ggml-org/llama.cpp#15789",
    respond: always(chat({ content: "<|channel|>analysis<|message|>It praises, but", finish: "length" })),
    expect: { kind: "cut_off", requests: 1 },
  },
  {
    id: "thought-tag",
    provider: "Gemini with include_thoughts",
    what: "<thought> precedes the answer",
    source: "Gemini OpenAI compatibility: thinking",
    respond: always(chat({ content: "<thought>It praises.</thought>positive" })),
    expect: answered,
  },
  {
    id: "think-twice",
    provider: "Together",
    what: "two blocks precede the answer",
    source: "contract: leading blocks",
    respond: always(chat({ content: "<think>It praises.</think>\n<think></think>\npositive" })),
    expect: answered,
  },
  {
    id: "think-never-closes",
    provider: "vLLM",
    what: "the block never closes, though the finish reason is stop",
    source: "vllm-project/vllm-ascend#9131",
    respond: always(chat({ content: "<think>It praises, but" })),
    expect: { kind: "cut_off", text: "", requests: 1 },
  },
  {
    id: "think-cut-off",
    provider: "Fireworks",
    what: "the limit ends the answer inside the block",
    source: "ErlichLiu/DeepClaude#19",
    respond: always(chat({ content: "<think>It praises, but", finish: "length" })),
    expect: { kind: "cut_off", text: "", requests: 1 },
  },
  {
    id: "think-in-the-answer",
    provider: "OpenAI",
    what: "the answer mentions the tag; it is not reasoning",
    source: "promptfoo/promptfoo#6544",
    respond: always(chat({ content: "Qwen3 writes <think>…</think> before it answers." })),
    expect: {
      kind: "text",
      text: "Qwen3 writes <think>…</think> before it answers.",
      reasoning: null,
      requests: 1,
    },
  },
  {
    id: "reasoning-content",
    provider: "DeepSeek",
    what: "thinking comes as reasoning_content",
    source: "DeepSeek API docs: reasoning model",
    respond: always(chat({ content: "positive", message: { reasoning_content: "It praises." } })),
    expect: answered,
  },
  {
    id: "reasoning-renamed",
    provider: "vLLM 0.23",
    what: "reasoning_content became reasoning; the old name is sent as null",
    source: "NVIDIA/NemoClaw#8878",
    respond: always(
      chat({ content: "positive", message: { reasoning: "It praises.", reasoning_content: null } }),
    ),
    expect: answered,
  },
  {
    id: "reasoning-details",
    provider: "OpenRouter",
    what: "reasoning comes as a text and as a list of details",
    source: "OpenRouter docs: reasoning tokens",
    respond: always(
      chat({
        content: "positive",
        message: {
          reasoning: "It praises.",
          reasoning_details: [{ type: "reasoning.text", text: "It praises.", format: "unknown", index: 0 }],
        },
      }),
    ),
    expect: answered,
  },
  {
    id: "reasoning-null",
    provider: "Groq",
    what: "reasoning is null or empty where there was none",
    source: "Groq docs: reasoning",
    respond: always(chat({ content: "positive", message: { reasoning: null, reasoning_content: "" } })),
    expect: { ...answered, reasoning: null },
  },
  {
    id: "content-thinking-parts",
    provider: "Mistral",
    what: "content is a list; the thinking part holds a list itself",
    source: "agentjido/req_llm#742",
    respond: always(
      chat({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "It praises." }] },
          { type: "text", text: "positive" },
        ],
      }),
    ),
    expect: answered,
  },
  {
    id: "content-thinking-between",
    provider: "Mistral",
    what: "an empty thinking part splits the answer in two",
    source: "mistralai/client-python#252",
    respond: always(
      chat({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "It praises." }] },
          { type: "text", text: "posi" },
          { type: "thinking", thinking: [] },
          { type: "text", text: "tive" },
        ],
      }),
    ),
    expect: answered,
  },
  {
    id: "content-reasoning-summary",
    provider: "Databricks",
    what: "a part of type reasoning holds a summary",
    source: "posit-dev/chatlas#397",
    respond: always(
      chat({
        content: [
          { type: "reasoning", summary: [{ type: "summary_text", text: "It praises." }] },
          { type: "text", text: "positive" },
        ],
      }),
    ),
    expect: answered,
  },
  {
    id: "content-text-parts",
    provider: "Databricks",
    what: "content is a list with one text part",
    source: "cline/cline#3032",
    respond: always(chat({ content: [{ type: "text", text: "positive" }] })),
    expect: { ...answered, reasoning: null },
  },
  {
    id: "thinking-blocks",
    provider: "LiteLLM, Anthropic",
    what: "thinking comes as blocks with a signature, and as reasoning_content",
    source: "LiteLLM docs: thinking and reasoning content",
    respond: always(
      chat({
        content: "positive",
        message: {
          reasoning_content: "It praises.",
          thinking_blocks: [{ type: "thinking", thinking: "It praises.", signature: "EqoB" }],
        },
      }),
    ),
    expect: answered,
  },
  {
    id: "answer-in-reasoning",
    provider: "vLLM",
    what: "the model never closed its block: the whole answer is in reasoning_content",
    source: "vllm-project/vllm#48645",
    respond: always(chat({ content: "", message: { reasoning_content: "positive<｜end▁of▁sentence｜>" } })),
    expect: { kind: "empty", text: "", reasoning: "positive<｜end▁of▁sentence｜>", requests: 1 },
  },
  {
    id: "reasoning-kept",
    provider: "vLLM without a reasoning parser",
    what: "reasoning: keep leaves the block in the text",
    source: "contract: reasoning: keep",
    spec: { reasoning: "keep" },
    respond: always(chat({ content: "<think>It praises.</think>\npositive" })),
    expect: { kind: "text", text: "<think>It praises.</think>\npositive", requests: 1 },
  },
];
