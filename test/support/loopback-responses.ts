import { countTokens, type ScriptedAnswer, type WireRequest, wordsOf } from "./loopback-answers.ts";

const created = 1_760_000_000;

/** An answer of the responses endpoint as documented by the API. */
export function responseBody(id: string, request: WireRequest, answer: ScriptedAnswer): string {
  return JSON.stringify(responseOf(id, request, answer, "completed"));
}

/** The same as server-sent events. */
export function responseEvents(id: string, request: WireRequest, answer: ScriptedAnswer): string {
  const whole = responseOf(id, request, answer, "completed");
  const empty = { ...whole, status: "in_progress", output: [], usage: null };
  const events: object[] = [
    { type: "response.created", response: empty },
    { type: "response.in_progress", response: empty },
    ...whole.output.flatMap((item, index) => itemEvents(item, index)),
    { type: "response.completed", response: whole },
  ];
  return events
    .map((event, sequence_number) => {
      const { type } = event as { type: string };
      return `event: ${type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`;
    })
    .join("");
}

type Item = ReturnType<typeof messageItem> | ReturnType<typeof callItem>;

function responseOf(id: string, request: WireRequest, answer: ScriptedAnswer, status: string) {
  const calls = (answer.toolCalls ?? []).map((call, at) => callItem(id, call, at));
  const output: Item[] = [...(answer.text === "" ? [] : [messageItem(id, answer.text)]), ...calls];
  const input = answer.usage?.input ?? countTokens(JSON.stringify(request["input"] ?? ""));
  const written = answer.usage?.output ?? countTokens(answer.text);
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: created,
    status,
    error: null,
    incomplete_details: null,
    instructions: request["instructions"] ?? null,
    model: request.model,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: request["tools"] ?? [],
    top_p: 1,
    metadata: {},
    usage:
      answer.usage === null
        ? null
        : {
            input_tokens: input,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: written,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: input + written,
          },
  };
}

function messageItem(id: string, text: string) {
  return {
    type: "message" as const,
    id: `msg_${id}`,
    status: "completed",
    role: "assistant",
    content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
  };
}

function callItem(id: string, call: { readonly name: string; readonly arguments: string }, at: number) {
  return {
    type: "function_call" as const,
    id: `fc_${id}_${at}`,
    call_id: `call_${at}`,
    status: "completed",
    ...call,
  };
}

function itemEvents(item: Item, output_index: number): object[] {
  const place = { item_id: item.id, output_index };
  const done = { type: "response.output_item.done", output_index, item };
  if (item.type === "function_call") {
    return [
      { type: "response.output_item.added", output_index, item: { ...item, arguments: "" } },
      { type: "response.function_call_arguments.delta", ...place, delta: item.arguments },
      { type: "response.function_call_arguments.done", ...place, arguments: item.arguments },
      done,
    ];
  }
  const [part] = item.content;
  const text = part?.text ?? "";
  return [
    { type: "response.output_item.added", output_index, item: { ...item, content: [] } },
    { type: "response.content_part.added", ...place, content_index: 0, part: { ...part, text: "" } },
    ...wordsOf(text).map((delta) => ({
      type: "response.output_text.delta",
      ...place,
      content_index: 0,
      delta,
      logprobs: [],
    })),
    { type: "response.output_text.done", ...place, content_index: 0, text, logprobs: [] },
    { type: "response.content_part.done", ...place, content_index: 0, part },
    done,
  ];
}

/** Embeddings with one dimension per word of the answer's text, in base64 on request. */
export function embeddingBody(request: WireRequest, answer: ScriptedAnswer): string {
  const inputs = Array.isArray(request["input"]) ? request["input"] : [request["input"]];
  const numbers = wordsOf(answer.text).map((word, at) => word.length / (at + 2));
  const embedding =
    request["encoding_format"] === "base64"
      ? Buffer.from(Float32Array.from(numbers).buffer).toString("base64")
      : numbers;
  return JSON.stringify({
    object: "list",
    model: request.model,
    data: inputs.map((_, index) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
}
