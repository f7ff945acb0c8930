import type { ModelParameters } from "../../core/prompt/prompt.ts";

/** A parameter of the config's own that a model is known to refuse. */
export interface UnacceptedParameter {
  /** As the config writes it, for example `top_p`. */
  readonly parameter: string;
  /** The member of the request that takes its place. */
  readonly sentAs?: string;
  /** What to do about it, for a warning. */
  readonly advice: string;
}

/** One family of models. Names may carry a vendor in front and a suffix behind. */
interface ModelFamily {
  readonly name: RegExp;
  /** Does it think before it answers? */
  readonly isReasoning?: boolean;
  readonly refuses?: readonly (keyof ModelParameters)[];
  /** Of these, one at most may be given. */
  readonly oneOf?: readonly (keyof ModelParameters)[];
  /** Its limit of output tokens is called `max_completion_tokens`. */
  readonly countsCompletion?: boolean;
}

const penalties = ["presencePenalty", "frequencyPenalty"] as const;

/**
 * What known models are and do not accept. Sources: the providers' pages on reasoning models (OpenAI, Azure,
 * DeepSeek, xAI, Anthropic), and the errors that users of other clients reported.
 */
const families: readonly ModelFamily[] = [
  {
    // o1, o3, o4 and gpt-5, not the chat models among them.
    name: /(^|[^a-z0-9])(o[134]|gpt-5(\.\d+)?)(?![a-z0-9])(?!-chat)(?!\.\d)/,
    isReasoning: true,
    countsCompletion: true,
    refuses: ["temperature", "topP", ...penalties],
  },
  { name: /(^|[^a-z0-9])(o[34]|gpt-5(\.\d+)?)(?![a-z0-9])(?!-chat)(?!\.\d)/, refuses: ["stop"] },
  { name: /deepseek-(reasoner|r1)/, isReasoning: true, refuses: ["temperature", "topP", ...penalties] },
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
  { name: /gemini-(2\.5|[3-9])/, isReasoning: true },
  {
    name: /(^|[^a-z])qwq|qwen3.*thinking|magistral|gpt-oss|nemotron.*(nano|super|ultra)|-thinking\b|-reasoning\b/,
    isReasoning: true,
  },
];

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

/** Is this a model that is known to think before it answers, and so takes no temperature of ours? */
export function fixesTemperature(model: string): boolean {
  const isDenied = /non-reasoning|no-?think/i.test(model);
  return !isDenied && familiesOf(model).some(({ isReasoning }) => isReasoning === true);
}

/** The name under which a model takes its limit of output tokens. */
export function limitName(model: string): "max_tokens" | "max_completion_tokens" {
  return familiesOf(model).some((family) => family.countsCompletion) ? "max_completion_tokens" : "max_tokens";
}

/** The parameters given that a known model does not accept; none for a model that is not known. */
export function unacceptedParameters(model: string, given: ModelParameters): readonly UnacceptedParameter[] {
  const known = familiesOf(model);
  const isGiven = (parameter: keyof ModelParameters) => given[parameter] !== undefined;
  const refused = known.flatMap(({ refuses = [] }) => refuses.filter(isGiven));
  const surplus = known.flatMap(({ oneOf = [] }) => oneOf.filter(isGiven).slice(1));
  const found = [...new Set([...refused, ...surplus])].map((parameter) => names[parameter] ?? parameter);
  return found.map((parameter) => ({
    parameter,
    advice: surplus.some((one) => names[one] === parameter)
      ? `${model} takes temperature or top_p, not both: remove one of them`
      : `${model} does not take ${parameter}: remove it`,
  }));
}
