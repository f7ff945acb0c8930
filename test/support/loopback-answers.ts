import type { Fault } from "./loopback-faults.ts";

/** The scripted model's answer. A plain text is short for `{ text }`. */
export interface ScriptedAnswer {
  readonly text: string;
  /** The model name of the answer, if it differs from the requested one. */
  readonly model?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly finishReason?: string;
  /** Returned on request, in one piece or one entry per word. */
  readonly logprobs?: readonly { readonly token: string; readonly logprob: number }[];
  /** null: the server reports no usage. */
  readonly usage?: { readonly input: number; readonly output: number } | null;
}

/** The parts of a request body that the server reads. */
export interface WireRequest {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly prompt?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly [key: string]: unknown;
}

/** Four bytes per token: a rough estimate for a server without a tokenizer. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function usageBody(request: WireRequest, answer: ScriptedAnswer): object | undefined {
  if (answer.usage === null) return undefined;
  const asked = request.prompt ?? (request.messages ?? []).map(({ content }) => String(content)).join("");
  const input = answer.usage?.input ?? countTokens(asked);
  const output = answer.usage?.output ?? countTokens(answer.text);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

function toolCallBodies(answer: ScriptedAnswer): object[] | undefined {
  return answer.toolCalls?.map(({ name, arguments: text }, index) => ({
    id: `call_${index}`,
    type: "function",
    function: { name, arguments: text },
  }));
}

/** A chat completion as documented by the API; some faults change its content. */
export function chatBody(id: string, request: WireRequest, answer: ScriptedAnswer, fault?: Fault): string {
  const calls = toolCallBodies(answer);
  const cut = fault?.kind === "length";
  const filtered = fault?.kind === "content-filter";
  const text = cut ? answer.text.slice(0, Math.ceil(answer.text.length / 2)) : answer.text;
  const finishReason = cut
    ? "length"
    : filtered
      ? "content_filter"
      : (answer.finishReason ?? (calls === undefined ? "stop" : "tool_calls"));
  const message = {
    role: "assistant",
    content: filtered || (calls !== undefined && text === "") ? null : text,
    refusal: null,
    ...(calls === undefined ? {} : { tool_calls: calls }),
  };
  return JSON.stringify({
    id,
    object: "chat.completion",
    created: 1_760_000_000,
    model: answer.model ?? request.model,
    choices:
      fault?.kind === "empty-choices"
        ? []
        : [{ index: 0, message, logprobs: logprobsBody(request, answer), finish_reason: finishReason }],
    usage: usageBody(request, { ...answer, text }),
    system_fingerprint: "fp_loopback",
  });
}

function logprobsBody(request: WireRequest, { logprobs }: ScriptedAnswer): object | null {
  return logprobs === undefined || request["logprobs"] !== true ? null : { content: logprobs, refusal: null };
}

export function textBody(id: string, request: WireRequest, answer: ScriptedAnswer): string {
  return JSON.stringify({
    id,
    object: "text_completion",
    created: 1_760_000_000,
    model: answer.model ?? request.model,
    choices: [{ index: 0, text: answer.text, logprobs: null, finish_reason: answer.finishReason ?? "stop" }],
    usage: usageBody(request, answer),
  });
}

/** The answer as server-sent events: the role, the text word by word, tool calls, the end, then usage. */
export function chatEvents(id: string, request: WireRequest, answer: ScriptedAnswer): string {
  const all = logprobsBody(request, answer) === null ? [] : (answer.logprobs ?? []);
  const chunk = (delta: object, finishReason: string | null = null, logprobs: object | null = null) => ({
    choices: [{ index: 0, delta, logprobs, finish_reason: finishReason }],
  });
  const calls = toolCallBodies(answer);
  const words = wordsOf(answer.text);
  const chunks: object[] = [
    chunk({ role: "assistant", content: "" }),
    ...words.map((content, at) =>
      chunk({ content }, null, all[at] === undefined ? null : { content: [all[at]], refusal: null }),
    ),
    ...(calls ?? []).map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
    chunk({}, answer.finishReason ?? (calls === undefined ? "stop" : "tool_calls")),
  ];
  return eventsOf("chat.completion.chunk", id, request, answer, chunks);
}

/** A text completion as server-sent events. */
export function textEvents(id: string, request: WireRequest, answer: ScriptedAnswer): string {
  const chunk = (text: string, finishReason: string | null) => ({
    choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
  });
  const chunks = [
    ...wordsOf(answer.text).map((word) => chunk(word, null)),
    chunk("", answer.finishReason ?? "stop"),
  ];
  return eventsOf("text_completion", id, request, answer, chunks);
}

export function wordsOf(text: string): readonly string[] {
  return text === "" ? [] : (text.match(/\S+\s*|\s+/g) ?? []);
}

function eventsOf(
  object: string,
  id: string,
  request: WireRequest,
  answer: ScriptedAnswer,
  chunks: readonly object[],
): string {
  const usage =
    request.stream_options?.include_usage === true
      ? [{ choices: [], usage: usageBody(request, answer) ?? null }]
      : [];
  const fingerprint = object === "text_completion" ? {} : { system_fingerprint: "fp_loopback" };
  const head = { id, object, created: 1_760_000_000, model: answer.model ?? request.model, ...fingerprint };
  const events = [...chunks, ...usage].map((part) => `data: ${JSON.stringify({ ...head, ...part })}\n\n`);
  return `${events.join("")}data: [DONE]\n\n`;
}
