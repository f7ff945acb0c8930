import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";

const ownKeys: Readonly<Record<string, keyof ModelSpec["parameters"]>> = {
  temperature: "temperature",
  top_p: "topP",
  stop: "stop",
  seed: "seed",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  response_format: "responseFormat",
  reasoning_effort: "reasoningEffort",
};

/**
 * One sentence about a parameter that a model rejected, with the config change that avoids the rejected request.
 */
export function adaptationNotice(
  { parameter, sentAs }: Adaptation,
  { key, name, parameters }: ModelSpec,
): string {
  if (parameter === "system" || parameter === "developer") {
    return sentAs === "user"
      ? `${name} does not accept ${parameter} messages: their text is prepended to the next user message; to make this permanent, change the role of the prompt's ${parameter} message to user`
      : `${name} does not accept ${parameter} messages: they are sent with the role ${sentAs}; to make this permanent, use role: ${sentAs} in the prompt`;
  }
  if (sentAs !== undefined) {
    return `${name} does not accept ${parameter}: max_tokens of resources.llms.${key} is sent as ${sentAs}`;
  }
  const own = ownKeys[parameter];
  const isOther = parameters.other !== undefined && parameter in parameters.other;
  const place = isOther ? `other.${parameter}` : parameter;
  const isWritten = isOther || (own !== undefined && parameters[own] !== undefined);
  const cure = isWritten
    ? `; remove ${place} of resources.llms.${key} from the config`
    : "; no change to the config is needed";
  return `${name} does not accept ${parameter}: it is omitted from now on${cure}`;
}

/** Creates a log that lives as long as the process. */
export function createAdaptationLog(): AdaptationLog {
  const noted = new Map<string, readonly Adaptation[]>();
  return {
    known: (modelKey) => noted.get(modelKey) ?? [],
    note(modelKey, adaptation) {
      noted.set(modelKey, [...(noted.get(modelKey) ?? []), adaptation]);
    },
  };
}
