import type { Quirk } from "./quirk.ts";
import { always, chat } from "./wire-shapes.ts";

const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } };
const called = {
  kind: "tool_calls",
  requests: 1,
  toolCalls: [{ name: "weather", arguments: '{"city":"Bern"}' }],
} as const;
const parameters = {
  tools: [{ name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } }],
};

function toolQuirk(
  id: string,
  provider: string,
  what: string,
  source: string,
  shape: Parameters<typeof chat>[0],
): Quirk {
  return {
    id: `tool-${id}`,
    provider,
    what,
    source,
    parameters,
    respond: always(chat(shape)),
    expect: called,
  };
}

/** Tool calls in the formats of servers. */
export const toolCallQuirks: readonly Quirk[] = [
  toolQuirk("null-content", "OpenAI", "content is null beside the calls", "OpenAI API reference", {
    content: null,
    finish: "tool_calls",
    message: { tool_calls: [call] },
  }),
  toolQuirk("finish-stop", "Gemini", "the finish reason is stop, the id is empty", "microsoft/autogen#4878", {
    content: null,
    message: { tool_calls: [{ ...call, id: "" }] },
  }),
  toolQuirk("finish-uppercase", "a gateway", "the finish reason is TOOL_CALLS", "brekkylab/ailoy#334", {
    content: "",
    finish: "TOOL_CALLS",
    message: { tool_calls: [call] },
  }),
  toolQuirk("finish-other", "Qwen", "the finish reason is function_calls", "microsoft/autogen#4878", {
    content: "",
    finish: "function_calls",
    message: { tool_calls: [call] },
  }),
  toolQuirk(
    "arguments-object",
    "llama.cpp, TGI",
    "the arguments are an object, not a text",
    "ggml-org/llama.cpp#20198",
    {
      content: null,
      finish: "tool_calls",
      message: { tool_calls: [{ ...call, function: { name: "weather", arguments: { city: "Bern" } } }] },
    },
  ),
  toolQuirk("thinking-first", "vLLM", "reasoning precedes the call", "promptfoo/promptfoo#5262", {
    content: "<think>I need the weather.</think>",
    finish: "tool_calls",
    message: { tool_calls: [call] },
  }),
  toolQuirk(
    "function-call",
    "Databricks, old OpenAI",
    "one call in the old member function_call",
    "OpenAI API reference: function_call",
    {
      content: null,
      finish: "function_call",
      message: { function_call: call.function },
    },
  ),
  {
    id: "tool-cut-off",
    provider: "OpenAI",
    what: "the limit ends the arguments",
    source: "OpenAI API reference: finish_reason",
    parameters,
    respond: always(
      chat({
        content: null,
        finish: "length",
        message: { tool_calls: [{ ...call, function: { name: "weather", arguments: '{"ci' } }] },
      }),
    ),
    expect: { kind: "cut_off", requests: 1 },
  },
  {
    id: "tool-none-after-all",
    provider: "LM Studio",
    what: "an empty list of calls beside a text",
    source: "contract: tool calls",
    parameters,
    respond: always(chat({ content: "It is sunny.", message: { tool_calls: [] } })),
    expect: { kind: "text", text: "It is sunny.", requests: 1 },
  },
];
