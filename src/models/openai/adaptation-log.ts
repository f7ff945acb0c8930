import type { Adaptation, AdaptationLog } from "../../contracts/adaptation.ts";
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

/** One sentence on a parameter that a model refused, with the change to the config that saves the refused request. */
export function adaptationNotice(
  { parameter, sentAs }: Adaptation,
  { key, name, parameters }: ModelSpec,
): string {
  if (parameter === "system" || parameter === "developer") {
    return sentAs === "user"
      ? `${name} takes no ${parameter} messages: their text is put in front of the next user message; to write it so, give the prompt's ${parameter} message the role user`
      : `${name} takes no ${parameter} messages: they are sent with the role ${sentAs}; to write it so, use role: ${sentAs} in the prompt`;
  }
  if (sentAs !== undefined) {
    return `${name} does not take ${parameter}: max_tokens of resources.llms.${key} is sent as ${sentAs}`;
  }
  const own = ownKeys[parameter];
  const isOther = parameters.other !== undefined && parameter in parameters.other;
  const place = isOther ? `other.${parameter}` : parameter;
  const isWritten = isOther || (own !== undefined && parameters[own] !== undefined);
  const cure = isWritten
    ? `; remove ${place} of resources.llms.${key} from the config`
    : "; nothing needs to be changed in the config";
  return `${name} does not take ${parameter}: it is left out from now on${cure}`;
}

/** A log that lasts as long as the process. */
export function createAdaptationLog(): AdaptationLog {
  const noted = new Map<string, readonly Adaptation[]>();
  return {
    known: (modelKey) => noted.get(modelKey) ?? [],
    note(modelKey, adaptation) {
      noted.set(modelKey, [...(noted.get(modelKey) ?? []), adaptation]);
    },
  };
}
