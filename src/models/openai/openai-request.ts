import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { nativeProvider } from "../../core/provider/known-providers.ts";
import { limitName } from "../limits/known-models.ts";

/** What selects members that only some endpoints take. */
interface RequestEndpoint {
  /** The provider's name in a config. */
  readonly provider?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** Request members that control how much a model reasons. */
interface ReasoningMembers {
  readonly members: Readonly<Record<string, JsonValue>>;
  /** How a number was converted, for a provider that does not accept numbers. */
  readonly note?: string;
}

/** Effort levels for providers that do not accept numbers. */
const steps = [
  { most: 1024, effort: "low" },
  { most: 4096, effort: "medium" },
  { most: Number.POSITIVE_INFINITY, effort: "high" },
];

/**
 * Converts `reasoning_effort` for an endpoint. Names are passed on; a number of tokens becomes the provider's own
 * budget if it has one (OpenRouter, Anthropic, Gemini 2.5), else the nearest level.
 */
export function reasoningMembers(
  effort: string | number | undefined,
  { model, provider = "openai", baseUrl }: { readonly model: string } & RequestEndpoint,
): ReasoningMembers {
  if (effort === undefined) return { members: {} };
  // The adapter of a native provider converts numbers itself.
  if (nativeProvider(provider) !== undefined) return { members: { reasoning_effort: effort } };
  const tokens = typeof effort === "string" && /^-?\d+$/.test(effort) ? Number(effort) : effort;
  if (typeof tokens === "string") return { members: { reasoning_effort: tokens } };
  const budget = ownBudget(tokens, model.toLowerCase(), hostOf(baseUrl), provider);
  if (budget !== undefined) return { members: budget };
  const step = steps.find(({ most }) => tokens <= most)?.effort ?? "high";
  return {
    members: { reasoning_effort: step },
    note: `${model} does not accept a number of reasoning tokens: reasoning_effort ${tokens} is sent as ${step}`,
  };
}

function ownBudget(tokens: number, model: string, host: string, provider: string): JsonObject | undefined {
  if (provider === "openrouter" || /(^|\.)openrouter\.ai$/.test(host))
    return { reasoning: { max_tokens: tokens } };
  if (/(^|\.)anthropic\.com$/.test(host) || /claude/.test(model)) {
    return { thinking: tokens > 0 ? { type: "enabled", budget_tokens: tokens } : { type: "disabled" } };
  }
  if (/(^|\.)googleapis\.com$/.test(host) || /gemini/.test(model)) {
    return { extra_body: { google: { thinking_config: { thinking_budget: tokens } } } };
  }
  return undefined;
}

function hostOf(baseUrl: string | undefined): string {
  return baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).hostname : "";
}

/** The body of `POST /chat/completions`, with only the given parameters. */
export function requestBody(
  model: string,
  parameters: ModelParameters,
  messages: readonly ChatMessage[],
  endpoint: RequestEndpoint = {},
): JsonObject {
  const members: Record<string, JsonValue | undefined> = {
    model,
    messages: messages.map(messageBody),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    [limitName(model)]: parameters.maxTokens === -1 ? undefined : parameters.maxTokens,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    stop: parameters.stop,
    seed: parameters.seed,
    response_format: parameters.responseFormat,
    ...reasoningMembers(parameters.reasoningEffort, { model, ...endpoint }).members,
    tools: parameters.tools?.length === 0 ? undefined : parameters.tools?.map(toolBody),
    tool_choice: parameters.toolChoice,
    ...parameters.other,
    // Answers are read as a whole; `other` cannot request a stream.
    stream: undefined,
    stream_options: undefined,
  };
  const given = Object.entries(members).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}

function messageBody(message: ChatMessage): JsonObject {
  return {
    role: message.role,
    content: message.content,
    ...defined({ name: message.name, tool_call_id: message.toolCallId }),
    ...(message.toolCalls === undefined || message.toolCalls.length === 0
      ? {}
      : {
          tool_calls: message.toolCalls.map(({ id, name, arguments: text }) => ({
            id,
            type: "function",
            function: { name, arguments: text },
          })),
        }),
  };
}

/** Wraps a bare function (`{name, parameters}`) as the endpoint requires. */
function toolBody(tool: JsonObject): JsonObject {
  return "type" in tool || "function" in tool ? tool : { type: "function", function: tool };
}
