import type { Adaptation } from "../../contracts/language-model.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { ErrorFacts } from "./errors/error-facts.ts";
import { isTooLong } from "./errors/error-kind.ts";

/** Members that a request can do without. Everything else is part of the task: tools, the model, the messages. */
const droppable: ReadonlySet<string> = new Set([
  ...["temperature", "top_p", "top_k", "min_p", "stop", "seed", "presence_penalty", "frequency_penalty"],
  ...["repetition_penalty", "logprobs", "top_logprobs", "logit_bias", "response_format", "reasoning_effort"],
  ...["reasoning", "thinking", "extra_body", "verbosity", "parallel_tool_calls", "stream_options"],
  ...["user", "store", "metadata", "service_tier", "prompt_cache_key", "safety_identifier"],
]);

/** The two names of the same limit. */
const otherLimit: Readonly<Record<string, string>> = {
  max_tokens: "max_completion_tokens",
  max_completion_tokens: "max_tokens",
};

/** Common English words: they count as names only if marked as such. */
const everyday: ReadonlySet<string> = new Set([
  ...["stop", "seed", "user", "store", "metadata", "reasoning", "thinking", "verbosity"],
]);

/** Names that a provider behind a gateway uses for a member. */
const ownNames: Readonly<Record<string, RegExp>> = {
  stop: /\bstop_?sequences?\b/i,
  // Gemini: "Penalty is not enabled for this model".
  presence_penalty: /\bpenalty is\b/i,
  frequency_penalty: /\bpenalty is\b/i,
  // Claude: "This model does not support the effort parameter".
  reasoning_effort: /\bthe effort parameter\b|\boutput_config\.effort\b|\bthinking is\b/i,
};

const refusal =
  /not supported|n[o']t support|unsupported|not permitted|not allowed|not available|unavailable|not enabled|not recognized|unrecognized|unknown|unexpected|cannot find field|extra[_ ](forbidden|inputs|fields)|extraneous|deprecated|UnsupportedParams|not implemented/i;

const oneOfTwo = /cannot both be (specified|set|used)|only one of|not both\b|both .{0,40}cannot/i;

const noSystem =
  /(system|developer) (role|messages?|prompts?|instructions?)\b[^.]{0,60}(not|n't|isn't) (be )?(supported|enabled|allowed|support)|(not|n't) support[^.]{0,40}(system|developer)['"`]? ?(role|messages?|prompts?|instructions?)|messages?(\[\d+\]|\.\d+)\.role[^.]*(system|developer)|(invalid|unsupported|unexpected|unknown)[^.]{0,30}role[^.]{0,20}(system|developer)|only user(,| and) assistant roles are supported|conversation roles must alternate/i;

/**
 * What to omit from a rejected request, or to rename in it, in the order found. Empty if the rejection has
 * another reason. Considers only members of the body that was sent.
 */
export function unsupportedIn(
  { status, facts }: { readonly status: number; readonly facts: ErrorFacts },
  body: JsonObject,
): readonly Adaptation[] {
  if (![400, 403, 404, 422].includes(status) || isTooLong(status, facts)) return [];
  const role = refusedRole(facts, body);
  if (role !== undefined) return [role];
  const found = Object.keys(body).filter((name) => isRefused(name, facts));
  const over = oneOfTwo.test(facts.text) ? surplus(body, facts) : [];
  if (over.length > 0) return over;
  return found.flatMap((name): readonly Adaptation[] => {
    const other = otherLimit[name];
    if (other !== undefined) return [{ parameter: name, sentAs: other }];
    if (!droppable.has(name)) return [];
    // The number of alternatives depends on log probabilities.
    const isWithout = name === "logprobs" && "top_logprobs" in body && !found.includes("top_logprobs");
    return [{ parameter: name }, ...(isWithout ? [{ parameter: "top_logprobs" }] : [])];
  });
}

/** Claude accepts temperature or top_p, not both. The temperature stays. */
function surplus(body: JsonObject, { text }: ErrorFacts): readonly Adaptation[] {
  const isBoth = "temperature" in body && "top_p" in body && /temperature/.test(text) && /top_p/.test(text);
  return isBoth ? [{ parameter: "top_p" }] : [];
}

function isRefused(name: string, { text, parameters, codes }: ErrorFacts): boolean {
  const isCoded = codes.some((code) => /^unsupported_(parameter|value)$/.test(code));
  if (isCoded && parameters.includes(name)) return true;
  if (isCoded && parameters.length > 0) return false;
  return sentences(text).some((sentence) => refusal.test(sentence) && names(sentence, name));
}

/** A full stop ends a sentence unless it is inside a number or a name. */
function sentences(text: string): readonly string[] {
  // A suggested alternative is not the rejected parameter.
  const refused = text.replace(/,? ?did you mean [^.?\n]*\??/gi, "");
  return refused.split(/\.\s+|\n/).flatMap((line) => (line === "" ? [] : [line]));
}

/** Whether the sentence names the member as written, in camel case, or with spaces. */
function names(sentence: string, name: string): boolean {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const forms = [...new Set([name, camel, name.replaceAll("_", " ")])].join("|");
  const own = ownNames[name];
  if (own?.test(sentence) === true) return true;
  if (!everyday.has(name)) return new RegExp(`(?<![\\w-])(${forms})(?![\\w-])`).test(sentence);
  const marked = `["'\`\\[({.]\\s*${name}\\s*["'\`\\])}:,]|(parameters?|arguments?|fields?|names?)\\b[^a-z]*${name}\\b|model: ${name}\\b|^\\W*${name}\\W|\\bbody\\.${name}\\b|supplied: ([\\w, ]*\\b)?${name}\\b`;
  return new RegExp(marked, "i").test(sentence);
}

/** The role that replaces `system`, or `developer` if that is rejected too. */
function refusedRole({ text, parameters }: ErrorFacts, body: JsonObject): Adaptation | undefined {
  const messages = Array.isArray(body["messages"]) ? (body["messages"] as readonly JsonObject[]) : [];
  const sent = ["system", "developer"].find((role) => messages.some((message) => message["role"] === role));
  if (sent === undefined) return undefined;
  const isNamed =
    parameters.some((name) => /^messages\b.*\brole$/.test(name)) && /system|developer/.test(text);
  if (!isNamed && !noSystem.test(text)) return undefined;
  const isDeveloperAsked = sent === "system" && /use ['"`]?developer|['"`]developer['"`]/i.test(text);
  return { parameter: sent, sentAs: isDeveloperAsked ? "developer" : "user" };
}
