import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { knownProviders } from "../../core/provider/known-providers.ts";

/** A config parameter that a model is known to reject. */
interface UnacceptedParameter {
  /** Name in the config, for example `top_p`. */
  readonly parameter: string;
  /** Name of the request member that replaces it. */
  readonly sentAs?: string;
  /** What to do, for a warning. */
  readonly advice: string;
}

/** A family of models. Names are matched in lower case, with any vendor prefix and any suffix. */
interface ModelFamily {
  readonly name: RegExp;
  /** Spends hidden tokens on reasoning before it answers. */
  readonly isReasoning?: boolean;
  readonly refuses?: readonly (keyof ModelParameters)[];
  /** The model accepts at most one of these. */
  readonly oneOf?: readonly (keyof ModelParameters)[];
  /** Its limit of output tokens is called `max_completion_tokens`. */
  readonly countsCompletion?: boolean;
}

const penalties = ["presencePenalty", "frequencyPenalty"] as const;

/**
 * What is known of models by name. Sources: the providers' pages on reasoning models (OpenAI, Azure, DeepSeek,
 * xAI, Anthropic), and errors reported by users of other clients.
 */
const families: readonly ModelFamily[] = [
  {
    // o1, o3, o4 and gpt-5, except the chat variants.
    name: /(^|[^a-z0-9])(o[134]|gpt-5(\.\d+)?)(?![a-z0-9])(?!-chat)(?!\.\d)/,
    isReasoning: true,
    countsCompletion: true,
    refuses: ["temperature", "topP", ...penalties],
  },
  { name: /(^|[^a-z0-9])(o[34]|gpt-5(\.\d+)?)(?![a-z0-9])(?!-chat)(?!\.\d)/, refuses: ["stop"] },
  { name: /(^|[^a-z0-9])gpt-[5-9](?!\d)(?![\w.-]*-chat)|gpt-oss/, isReasoning: true },
  { name: /deepseek-(reasoner|r\d)/, isReasoning: true, refuses: ["temperature", "topP", ...penalties] },
  // Grok 4 and later reason unless their name denies it.
  {
    name: /grok-(3-mini|code|([4-9])(?!.*non-reasoning))/,
    isReasoning: true,
    refuses: ["stop", ...penalties],
  },
  { name: /grok-3(?!-mini)/, refuses: [...penalties] },
  {
    name: /claude-(opus-4-[1-9](?!\d{3})|opus-4\.[1-9]|(sonnet|haiku)-4[-.][5-9](?!\d{3})|(opus|sonnet|haiku)-[5-9])/,
    oneOf: ["temperature", "topP"],
  },
  { name: /claude-(opus|sonnet|haiku)-[4-9]|claude-3[-.]7/, refuses: ["seed", ...penalties] },
  // platform.claude.com: sampling parameters were removed with Opus 4.7.
  {
    name: /claude-(opus-4[-.][7-9]|(opus|sonnet|haiku|fable|mythos)-[5-9])/,
    refuses: ["temperature", "topP"],
  },
  { name: /gemini-(2\.5|[3-9])/, isReasoning: true },
  // Qwen 3 reasons by default; its instruct variants do not.
  { name: /qwen3(?![\w.:-]*(instruct|coder|embedding))/, isReasoning: true },
  {
    name: /(^|[^a-z])(qwq|magistral|marco-o1|skywork-o1|r1(?![a-z0-9]))|nemotron.*(nano|super|ultra)/,
    isReasoning: true,
  },
  { name: /(^|[^a-z])(thinking|reasoning|reasoner)(?![a-z])/, isReasoning: true },
];

/** Names of variants with reasoning turned off. */
const denied = /non-?(reasoning|thinking)|no-?think/i;

const names: Partial<Record<keyof ModelParameters, string>> = {
  temperature: "temperature",
  topP: "top_p",
  stop: "stop",
  seed: "seed",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
};

function familiesOf(model: string): readonly ModelFamily[] {
  const name = model.toLowerCase();
  return families.filter((family) => family.name.test(name));
}

/** Asked several times for every call, of the few models of a config. */
const reasoningNames = new Map<string, boolean>();
const mostNames = 1000;

/** Whether the model is known to spend hidden tokens on reasoning. False for unknown models. */
export function isReasoningModel(model: string): boolean {
  const known = reasoningNames.get(model);
  if (known !== undefined) return known;
  const found = !denied.test(model) && familiesOf(model).some(({ isReasoning }) => isReasoning === true);
  if (reasoningNames.size < mostNames) reasoningNames.set(model, found);
  return found;
}

/** The name under which a model takes its limit of output tokens. */
export function limitName(model: string): "max_tokens" | "max_completion_tokens" {
  return familiesOf(model).some((family) => family.countsCompletion) ? "max_completion_tokens" : "max_tokens";
}

/** The given parameters that a known model or its provider rejects; empty for unknown ones. */
export function unacceptedParameters(
  model: string,
  given: ModelParameters,
  provider = "",
): readonly UnacceptedParameter[] {
  const ofModel = refusedByModel(model, given);
  const known = new Set(ofModel.map(({ parameter }) => parameter));
  return [...ofModel, ...refusedByProvider(provider, given).filter(({ parameter }) => !known.has(parameter))];
}

/** Members that a provider names otherwise are renamed without a loss, so no notice is needed. */
function refusedByProvider(provider: string, given: ModelParameters): readonly UnacceptedParameter[] {
  const { quirks = [] } = knownProviders[provider] ?? {};
  const isGiven = (member: string): boolean => {
    const own = Object.entries(names).find(([, name]) => name === member)?.[0] as
      | keyof ModelParameters
      | undefined;
    return own === undefined ? given.other?.[member] !== undefined : given[own] !== undefined;
  };
  return quirks
    .filter(({ parameter, sentAs }) => sentAs === undefined && isGiven(parameter))
    .map(({ parameter }) => ({
      parameter,
      advice: `${provider} does not accept ${parameter} and it is not sent: remove it`,
    }));
}

function refusedByModel(model: string, given: ModelParameters): readonly UnacceptedParameter[] {
  const known = familiesOf(model);
  const isGiven = (parameter: keyof ModelParameters) => given[parameter] !== undefined;
  const refused = known.flatMap(({ refuses = [] }) => refuses.filter(isGiven));
  const surplus = known.flatMap(({ oneOf = [] }) => oneOf.filter(isGiven).slice(1));
  const found = [...new Set([...refused, ...surplus])].map((parameter) => names[parameter] ?? parameter);
  return found.map((parameter) => ({
    parameter,
    advice: surplus.some((one) => names[one] === parameter)
      ? `${model} accepts temperature or top_p, not both: remove one of them`
      : `${model} does not accept ${parameter}: remove it`,
  }));
}

/** The user's limit for this call or for all calls of the model; undefined if there is none. */
export function ownOutputLimit(
  { parameters }: Pick<ModelSpec, "parameters">,
  given?: ModelParameters,
): number | undefined {
  const own = given?.maxTokens ?? parameters.maxTokens;
  return own === undefined || own < 1 ? undefined : own;
}

/** Maximum output tokens of a call; defaults to the limit a budget would set. */
export function outputLimitOf(
  spec: Pick<ModelSpec, "name" | "parameters" | "outputLimit">,
  given?: ModelParameters,
): number {
  return ownOutputLimit(spec, given) ?? spec.outputLimit?.tokens ?? usualOutputLimit(spec.name);
}

/** Default limit in tokens. Hidden reasoning counts as output. */
export function usualOutputLimit(name: string): number {
  return isReasoningModel(name) ? 32_768 : 4096;
}
