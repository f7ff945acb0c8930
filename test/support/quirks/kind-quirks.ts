import type { Quirk } from "./quirk.ts";
import { always, chat } from "./wire-shapes.ts";

const cutOff = { kind: "cut_off", requests: 1, billable: 1 } as const;
/** Answers that are empty, refused, truncated or withheld. */
export const kindQuirks: readonly Quirk[] = [
  {
    id: "empty-text",
    provider: "OpenAI",
    what: "content is the empty text",
    source: "stanfordnlp/dspy#9389",
    respond: always(chat({ content: "" })),
    expect: { kind: "empty", text: "", requests: 1 },
  },
  {
    id: "empty-null",
    provider: "OpenRouter",
    what: "content is null and no tool is called",
    source: "thedotmack/claude-mem#3569",
    respond: always(chat({ content: null, message: { reasoning_content: "Nothing to say." } })),
    expect: { kind: "empty", text: "", reasoning: "Nothing to say.", requests: 1 },
  },
  {
    id: "empty-left-out",
    provider: "Gemini",
    what: "the message has no content at all",
    source: "pydantic/pydantic-ai#631",
    respond: always(chat({})),
    expect: { kind: "empty", text: "", requests: 1 },
  },
  {
    id: "empty-malformed-call",
    provider: "Gemini",
    what: "the model's tool call could not be read: no content, no call, a finish reason of its own",
    source: "NousResearch/hermes-agent#83882",
    respond: always(chat({ finish: "function_call_filter: MALFORMED_FUNCTION_CALL" })),
    expect: { kind: ["empty", "filtered"], text: "", requests: 1 },
  },
  {
    id: "refusal-field",
    provider: "OpenAI",
    what: "a refusal accompanies null content",
    source: "genkit-ai/genkit#6259",
    respond: always(chat({ content: null, message: { refusal: "I can't help with that." } })),
    expect: { kind: "refusal", text: "I can't help with that.", requests: 1 },
  },
  {
    id: "refusal-part",
    provider: "OpenAI",
    what: "the refusal is a part of the content",
    source: "OpenAI API reference: assistant message",
    respond: always(chat({ content: [{ type: "refusal", refusal: "I can't help with that." }] })),
    expect: { kind: "refusal", text: "I can't help with that.", requests: 1 },
  },
  {
    id: "cut-text",
    provider: "OpenAI",
    what: "the limit ends the text",
    source: "OpenAI API reference: finish_reason",
    respond: always(chat({ content: "posi", finish: "length" })),
    expect: { ...cutOff, text: "posi" },
  },
  {
    id: "cut-empty-with-reasoning",
    provider: "Ollama",
    what: "the whole limit went into thinking",
    source: "promptfoo/promptfoo#10954",
    respond: always(
      chat({ content: "", finish: "length", message: { reasoning: "Okay, the user wants me to" } }),
    ),
    expect: { ...cutOff, text: "", reasoning: "Okay, the user wants me to" },
  },
  {
    id: "cut-window-full",
    provider: "Ollama",
    what: "the prompt was cut to the window and left one token for the answer",
    source: "can1357/oh-my-pi#2774",
    respond: always(
      chat({
        content: "",
        finish: "length",
        usage: { prompt_tokens: 32767, completion_tokens: 1, total_tokens: 32768 },
      }),
    ),
    expect: { ...cutOff, text: "" },
  },
  {
    id: "cut-no-content",
    provider: "Gemini",
    what: "thinking used the limit up: no content, no completion tokens",
    source: "simonw/llm-gemini#75",
    respond: always(chat({ finish: "length", usage: { prompt_tokens: 12, total_tokens: 112 } })),
    expect: { ...cutOff, text: "", atLeast: { inputTokens: 1, outputTokens: 1 } },
  },
  ...(["MAX_TOKENS", "max_tokens", "model_length", "model_context_window_exceeded"] as const).map(
    (finish): Quirk => ({
      id: `cut-${finish}`,
      provider: finish === "model_length" ? "Mistral" : "gateways of Gemini, Anthropic and z.ai",
      what: `the limit is called ${finish}`,
      source: "genkit-ai/genkit#6259",
      respond: always(chat({ content: "posi", finish })),
      expect: { ...cutOff, text: "posi" },
    }),
  ),
  {
    id: "finish-null",
    provider: "Ollama",
    what: "a whole answer has finish_reason null",
    source: "pydantic/pydantic-ai#2996",
    respond: always(chat({ content: "positive", finish: null })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
  {
    id: "finish-other-words",
    provider: "xAI",
    what: "the natural end is called end_turn",
    source: "genkit-ai/genkit#6259",
    respond: always(chat({ content: "positive", finish: "end_turn" })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
  {
    id: "finish-uppercase",
    provider: "gateways of Gemini",
    what: "finish reasons are written in capitals",
    source: "mozilla-ai/any-llm#1202",
    respond: always(chat({ content: "positive", finish: "STOP" })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
];
