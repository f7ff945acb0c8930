import type { Address, ModelQuestion } from "../contracts/answer-store.ts";
import type { CompletionRequest } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { digestOf } from "../core/data/digest.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import { ownOutputLimit } from "./limits/known-models.ts";
import { shownUrl } from "./secret-mask.ts";

/** A question and where its answer is filed. */
interface AddressedQuestion {
  readonly question: ModelQuestion;
  readonly address: Address;
}

interface Passed extends AddressedQuestion {
  readonly spec: ModelSpec;
  readonly parameters: CompletionRequest["parameters"];
}

/** On its way from who pays for a call to who files its answer, one right after the other. */
let passed: Passed | undefined;

/**
 * The address of the question that a request puts to a model, for who is about to ask it: the digest takes
 * longer than anything else that is done for a call, and `addressedQuestion` will not make it again.
 */
export function addressOf(spec: ModelSpec, request: CompletionRequest): Address {
  const question = modelQuestion(spec, request);
  const address = digestOf(question);
  passed = { question, address, spec, parameters: request.parameters };
  return address;
}

/** The question that a request puts to a model, with its address. */
export function addressedQuestion(spec: ModelSpec, request: CompletionRequest): AddressedQuestion {
  const found = passed;
  // Good for once: whoever asks may put something else into the same list of messages afterwards.
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

/** A config names a handful of addresses, and taking one apart is dear beside the rest of a question. */
const shownUrls = new Map<string, string>();

function shownOnce(baseUrl: string): string {
  const shown = shownUrls.get(baseUrl) ?? shownUrl(baseUrl);
  shownUrls.set(baseUrl, shown);
  return shown;
}

/** Everything that decides a model's answer, and nothing that holds a key: its digest is the address. */
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

/** A limit that the plan sets decides the answer; one that a flag adds does not: what it cuts off is not kept. */
function withPlannedLimit({ outputLimit }: ModelSpec, parameters: ModelParameters): ModelParameters {
  if (outputLimit?.origin !== "plan" || ownOutputLimit({ parameters }) !== undefined) return parameters;
  return { ...parameters, maxTokens: outputLimit.tokens };
}

/** The model's own parameters with those of a request over them; `other` is merged key by key. */
export function mergeParameters(own: ModelParameters, given: ModelParameters | undefined): ModelParameters {
  if (given === undefined) return own;
  const merged = { ...own, ...given };
  if (own.other === undefined || given.other === undefined) return merged;
  return { ...merged, other: { ...own.other, ...given.other } };
}
