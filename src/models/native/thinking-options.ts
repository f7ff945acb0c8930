import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** How a provider controls thinking, by its name. `claude` and `gemini` are families of models on several providers. */
type ThinkingForm = "claude" | "gemini" | "bedrock" | "cohere" | "other";

/** Options of a provider package that control thinking. */
interface ThinkingOptions {
  readonly options: JsonObject;
  /** Thinking tokens that the package adds to the limit of output tokens. */
  readonly addedTokens: number;
  /** How the setting was converted, where the model does not take it as written. */
  readonly note?: string;
}

const none: ThinkingOptions = { options: {}, addedTokens: 0 };

/** The least that Claude accepts. */
const leastBudget = 1024;

/** The steps of `reasoning_effort` for models that take no number of tokens. */
const efforts = [
  { most: 1024, effort: "low" },
  { most: 4096, effort: "medium" },
  { most: Number.POSITIVE_INFINITY, effort: "high" },
];

/** Google's own mapping for its OpenAI-compatible endpoint (ai.google.dev/gemini-api/docs/openai, "Thinking"). */
const geminiBudgets: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
};

/** Claude 3.7 to 4.6 take a budget; later ones decide themselves and take an effort. */
const takesBudget = /claude-(3[-.]7|(opus|sonnet|haiku)-4(?![-.][7-9]))/;

/** Gemini 3 and later take a level in place of a budget. */
const takesLevel = /gemini-([3-9]|\d{2})/;

/**
 * Converts `reasoning_effort`, an effort or a number of tokens, to the options of a provider. `limit` is the request's
 * limit of output tokens, which thinking counts toward.
 */
export function thinkingOptions(
  effort: JsonValue | undefined,
  provider: string,
  model: string,
  limit: number | undefined,
): ThinkingOptions {
  if (typeof effort !== "string" && typeof effort !== "number") return none;
  const tokens = typeof effort === "number" ? effort : /^-?\d+$/.test(effort) ? Number(effort) : undefined;
  const given = tokens ?? String(effort);
  switch (formOf(provider, model)) {
    case "claude":
      return claude(given, model, limit, (budget) => ({ thinking: budget }), "effort");
    case "bedrock":
      return claude(given, model, limit, (budget) => ({ reasoningConfig: budget }), "maxReasoningEffort");
    case "gemini":
      return gemini(given, model);
    case "cohere":
      return { ...none, options: { thinking: coherent(given) } };
    default:
      return asEffort(given, model, (word) => ({ reasoningEffort: word }));
  }
}

function formOf(provider: string, model: string): ThinkingForm {
  if (provider === "bedrock" || provider === "cohere") return provider;
  if (provider === "anthropic" || (provider === "vertex" && /claude/i.test(model))) return "claude";
  return provider === "google" || provider === "vertex" ? "gemini" : "other";
}

function claude(
  given: string | number,
  model: string,
  limit: number | undefined,
  withBudget: (thinking: JsonObject) => JsonObject,
  effortKey: string,
): ThinkingOptions {
  const withEffort = (effort: string): JsonObject =>
    effortKey === "effort" ? { effort } : { reasoningConfig: { [effortKey]: effort } };
  if (given === 0 || given === "none") return { ...none, options: withBudget({ type: "disabled" }) };
  if (typeof given === "string") return asEffort(given === "minimal" ? "low" : given, model, withEffort);
  if (!takesBudget.test(model.toLowerCase())) return asEffort(given, model, withEffort);
  // Thinking counts toward the limit, and must leave room for the answer.
  const fits = limit === undefined || limit > given ? given : Math.max(leastBudget, Math.floor(limit / 2));
  return {
    options: withBudget({ type: "enabled", budgetTokens: fits }),
    addedTokens: fits,
    ...(fits === given
      ? {}
      : {
          note: `${model}: reasoning_effort ${given} does not fit max_tokens ${limit} and is sent as ${fits}`,
        }),
  };
}

function gemini(given: string | number, model: string): ThinkingOptions {
  if (typeof given === "number") return { ...none, options: { thinkingConfig: { thinkingBudget: given } } };
  if (takesLevel.test(model.toLowerCase())) {
    return { ...none, options: { thinkingConfig: { thinkingLevel: given === "none" ? "minimal" : given } } };
  }
  const thinkingBudget = geminiBudgets[given];
  return thinkingBudget === undefined ? none : { ...none, options: { thinkingConfig: { thinkingBudget } } };
}

function coherent(given: string | number): JsonObject {
  if (given === 0 || given === "none") return { type: "disabled" };
  return { type: "enabled", ...(typeof given === "number" ? { tokenBudget: given } : {}) };
}

function asEffort(
  given: string | number,
  model: string,
  options: (effort: string) => JsonObject,
): ThinkingOptions {
  if (typeof given === "string") return { ...none, options: options(given) };
  const effort = efforts.find(({ most }) => given <= most)?.effort ?? "high";
  return {
    ...none,
    options: options(effort),
    note: `${model} does not accept a number of reasoning tokens: reasoning_effort ${given} is sent as ${effort}`,
  };
}
