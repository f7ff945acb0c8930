import type { Address, ModelQuestion } from "../contracts/answer-store.ts";
import type { CompletionRequest } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { digestOf } from "../core/data/digest.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import { ownOutputLimit } from "./limits/known-models.ts";
import { shownUrl } from "./secret-mask.ts";

/** A question and the address of its stored answer. */
interface AddressedQuestion {
  readonly question: ModelQuestion;
  readonly address: Address;
}

interface Passed extends AddressedQuestion {
  readonly spec: ModelSpec;
  readonly parameters: CompletionRequest["parameters"];
}

/** Handed from the layer that pays for a call to the layer that stores its answer, which runs right after it. */
let passed: Passed | undefined;

/**
 * The address of a request's question. Computing the digest is the slowest step of a call, so the next
 * `addressedQuestion` reuses it.
 */
export function addressOf(spec: ModelSpec, request: CompletionRequest): Address {
  const question = modelQuestion(spec, request);
  const address = digestOf(question);
  passed = { question, address, spec, parameters: request.parameters };
  return address;
}

/** The question of a request and its address. */
export function addressedQuestion(spec: ModelSpec, request: CompletionRequest): AddressedQuestion {
  const found = passed;
  // Used only once: the caller may change the same list of messages afterwards.
  passed = undefined;
  const isPassed =
    found?.spec === spec &&
    found.parameters === request.parameters &&
    found.question.messages === request.messages &&
    found.question.repeat === (request.repeat ?? 0);
  if (isPassed) return found;
  const question = modelQuestion(spec, request);
  return { question, address: digestOf(question) };
}

/** Parsing a URL is slow compared to the rest of a question, and a config has only a few. */
const shownUrls = new Map<string, string>();

function shownOnce(baseUrl: string): string {
  const shown = shownUrls.get(baseUrl) ?? shownUrl(baseUrl);
  shownUrls.set(baseUrl, shown);
  return shown;
}

/** Everything that determines a model's answer, without secrets. Its digest is the address. */
function modelQuestion(spec: ModelSpec, request: CompletionRequest): ModelQuestion {
  return {
    kind: "model",
    provider: spec.provider,
    ...(spec.baseUrl === undefined ? {} : { baseUrl: shownOnce(spec.baseUrl) }),
    model: spec.name,
    parameters: withPlannedLimit(spec, mergeParameters(spec.parameters, request.parameters)),
    ...(spec.providerOptions === undefined ? {} : { providerOptions: spec.providerOptions }),
    messages: request.messages,
    repeat: request.repeat ?? 0,
  };
}

/**
 * A limit set by the plan is part of the question. A limit added by a flag is not, and answers it truncates are
 * not stored.
 */
function withPlannedLimit({ outputLimit }: ModelSpec, parameters: ModelParameters): ModelParameters {
  if (outputLimit?.origin !== "plan" || ownOutputLimit({ parameters }) !== undefined) return parameters;
  return { ...parameters, maxTokens: outputLimit.tokens };
}

/** Merges a request's parameters over the model's own; `other` is merged key by key. */
export function mergeParameters(own: ModelParameters, given: ModelParameters | undefined): ModelParameters {
  if (given === undefined) return own;
  const merged = { ...own, ...given };
  if (own.other === undefined || given.other === undefined) return merged;
  return { ...merged, other: { ...own.other, ...given.other } };
}
