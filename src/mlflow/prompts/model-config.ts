import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ModelConfiguration } from "../../core/prompt/prompt.ts";

/** A model configuration under MLflow's keys; what has no key in MLflow is kept beside them, as MLflow requires. */
export function mlflowModelConfig(model: ModelConfiguration): JsonObject {
  const { stop, other = {} } = model;
  return defined({
    ...other,
    provider: model.provider,
    model_name: model.model,
    temperature: model.temperature,
    max_tokens: model.maxTokens,
    top_p: model.topP,
    frequency_penalty: model.frequencyPenalty,
    presence_penalty: model.presencePenalty,
    stop_sequences: typeof stop === "string" ? [stop] : stop,
    seed: model.seed,
    reasoning_effort: model.reasoningEffort,
    tools: model.tools,
    tool_choice: model.toolChoice,
    endpoint: model.endpoint,
    attributes: model.attributes,
  }) as JsonObject;
}

/** The other way. Undefined when MLflow's names no model. */
export function modelConfigurationOf(
  config: JsonObject | undefined,
  responseFormat: JsonObject | undefined,
): ModelConfiguration | undefined {
  if (config === undefined) return undefined;
  const {
    provider,
    model_name: model,
    temperature,
    max_tokens: maxTokens,
    top_p: topP,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
    stop_sequences: stop,
    seed,
    reasoning_effort: reasoningEffort,
    tools,
    tool_choice: toolChoice,
    endpoint,
    attributes,
    ...other
  } = config as Readonly<Record<string, JsonValue | undefined>>;
  if (typeof model !== "string" || model === "") return undefined;
  const fields = {
    model,
    provider,
    temperature,
    maxTokens,
    topP,
    frequencyPenalty,
    presencePenalty,
    stop,
    seed,
    responseFormat,
    reasoningEffort,
    tools,
    toolChoice,
    endpoint,
    attributes,
    other: Object.keys(other).length === 0 ? undefined : other,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as unknown as ModelConfiguration;
}
