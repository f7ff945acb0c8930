import { z } from "zod";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import type { OfflineRequest } from "../request.ts";

const jsonObject = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;
const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
const message = z.looseObject({
  role: z.string().min(1),
  content: z.union([z.string(), z.array(jsonObject), z.null()]).optional(),
  name: z.string().optional(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: z.string().optional(),
});
const shared = {
  model: z.string().min(1),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  n: z.int().min(1).max(128).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
};
const chatBody = z.looseObject({
  ...shared,
  messages: z.array(message).min(1),
  max_completion_tokens: z.int().positive().nullish(),
  response_format: jsonObject.nullish(),
  reasoning_effort: z.union([z.string(), z.number()]).nullish(),
  tools: z.array(jsonObject).nullish(),
  tool_choice: z.json().optional(),
});
const completionBody = z.looseObject({
  ...shared,
  prompt: z.union([z.string(), z.array(z.string()).min(1)]),
});

/** A validated body: one request, or one per prompt of a list. */
export interface ChatRequestBody {
  readonly requests: readonly OfflineRequest[];
  /** Number of answers per request. */
  readonly choices: number;
  readonly isStreamed: boolean;
  readonly wantsUsage: boolean;
}

interface BodyProblem {
  /** The first problem, as a sentence. */
  readonly message: string;
  readonly param: string | null;
}

export function readChatRequest(value: unknown): ChatRequestBody | BodyProblem {
  const parsed = chatBody.safeParse(value);
  if (!parsed.success) return problemOf(parsed.error);
  const body = parsed.data;
  const parameters: ModelParameters = {
    ...sampling(body),
    ...(body.max_completion_tokens == null ? {} : { maxTokens: body.max_completion_tokens }),
    ...(body.response_format == null ? {} : { responseFormat: body.response_format }),
    ...(body.reasoning_effort == null ? {} : { reasoningEffort: body.reasoning_effort }),
    ...(body.tools == null ? {} : { tools: body.tools }),
    ...(body.tool_choice === undefined ? {} : { toolChoice: body.tool_choice }),
  };
  const request = { model: body.model, messages: body.messages.map(messageOf), parameters };
  return { requests: [request], ...replyWanted(body) };
}

export function readCompletionBody(value: unknown): ChatRequestBody | BodyProblem {
  const parsed = completionBody.safeParse(value);
  if (!parsed.success) return problemOf(parsed.error);
  const body = parsed.data;
  const requests = [body.prompt].flat().map((content) => ({
    model: body.model,
    messages: [{ role: "user", content }],
    parameters: sampling(body),
  }));
  return { requests, ...replyWanted(body) };
}

type Sampling = z.output<typeof completionBody> | z.output<typeof chatBody>;

function sampling(body: Sampling): ModelParameters {
  return {
    ...(body.temperature == null ? {} : { temperature: body.temperature }),
    ...(body.top_p == null ? {} : { topP: body.top_p }),
    ...(body.max_tokens == null ? {} : { maxTokens: body.max_tokens }),
    ...(body.stop == null ? {} : { stop: body.stop }),
    ...(body.seed == null ? {} : { seed: body.seed }),
    ...(body.presence_penalty == null ? {} : { presencePenalty: body.presence_penalty }),
    ...(body.frequency_penalty == null ? {} : { frequencyPenalty: body.frequency_penalty }),
  };
}

function replyWanted(body: Sampling): Omit<ChatRequestBody, "requests"> {
  return {
    choices: body.n ?? 1,
    isStreamed: body.stream === true,
    wantsUsage: body.stream_options?.include_usage === true,
  };
}

function messageOf(given: z.output<typeof message>): ChatMessage {
  return {
    role: given.role,
    content: given.content ?? null,
    ...defined({ name: given.name, toolCallId: given.tool_call_id }),
    ...(given.tool_calls === undefined
      ? {}
      : {
          toolCalls: given.tool_calls.map((call) => ({
            id: call.id,
            name: call.function.name,
            arguments: call.function.arguments,
          })),
        }),
  };
}

function problemOf(error: z.ZodError): BodyProblem {
  const [issue] = error.issues;
  const param = issue === undefined || issue.path.length === 0 ? null : issue.path.join(".");
  const message = issue?.message ?? "it is not valid";
  return { message: param === null ? `The request body: ${message}` : `'${param}': ${message}`, param };
}
