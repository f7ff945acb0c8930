import { isJsonObject, type JsonValue } from "../../core/data/json.ts";

/** A field of the request body that call and token accounting depends on, and its replacement. */
interface AccountedField {
  /** Keys below `other`. */
  readonly path: readonly string[];
  readonly hint: string;
}

/** Fields of the body itself. */
const ofBody: Readonly<Record<string, string>> = {
  model: "use name for the model's id",
  models: "list other models under fallbacks",
  n: "remove it: each request asks for one answer",
  best_of: "remove it: each request asks for one answer",
  stream: "remove it: the command decides how answers are sent",
  stream_options: "remove it: the command decides how answers are sent",
  messages: "remove it: the messages come from the prompt's template",
};

const limitHint = "set max_tokens of the model instead";
const sampleHint = "remove it: each request asks for one answer";

/** Fields with the same meaning at any depth, under the names of providers and servers. */
const atAnyDepth: Readonly<Record<string, string>> = {
  max_tokens: limitHint,
  max_completion_tokens: limitHint,
  max_output_tokens: limitHint,
  maxOutputTokens: limitHint,
  maxTokens: limitHint,
  max_new_tokens: limitHint,
  max_tokens_to_sample: limitHint,
  max_gen_len: limitHint,
  maxTokenCount: limitHint,
  num_predict: limitHint,
  n_predict: limitHint,
  candidateCount: sampleHint,
  candidate_count: sampleHint,
  num_return_sequences: sampleHint,
};

/** Below these the names have another meaning: a reasoning budget, or fields of a schema. */
const otherMeanings: ReadonlySet<string> = new Set([
  "reasoning",
  "thinking",
  "thinking_config",
  "thinkingConfig",
  "metadata",
  "tools",
  "functions",
  "response_format",
  "responseSchema",
  "provider_options",
]);

/** The fields of a model's `other` that change how much an answer may cost. */
export function accountedFields(other: Readonly<Record<string, JsonValue>>): readonly AccountedField[] {
  return [
    ...Object.keys(other).flatMap((key) => {
      const hint = Object.hasOwn(ofBody, key) ? ofBody[key] : undefined;
      return hint === undefined ? [] : [{ path: [key], hint }];
    }),
    ...nested(other, []),
  ];
}

function nested(
  value: Readonly<Record<string, JsonValue>>,
  path: readonly string[],
): readonly AccountedField[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const hint = Object.hasOwn(atAnyDepth, key) ? atAnyDepth[key] : undefined;
    if (hint !== undefined) return [{ path: [...path, key], hint }];
    return isJsonObject(member) && !otherMeanings.has(key) ? nested(member, [...path, key]) : [];
  });
}
