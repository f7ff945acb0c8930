import type { Completion, CompletionRequest, LanguageModel } from "../../src/contracts/language-model.ts";
import { ModelError, type ModelErrorDetails } from "../../src/core/errors.ts";

export interface ScriptedModel extends LanguageModel {
  readonly requests: readonly CompletionRequest[];
}

type Step = string | Partial<Completion> | Error;

/** A model that answers step by step from a script; the last step is repeated. */
export function scriptedModel(
  steps: readonly Step[] | ((request: CompletionRequest) => Step),
): ScriptedModel {
  const requests: CompletionRequest[] = [];
  return {
    provider: "scripted",
    modelId: "scripted-model",
    requests,
    async complete(request) {
      requests.push(request);
      const step =
        typeof steps === "function" ? steps(request) : (steps[requests.length - 1] ?? steps.at(-1) ?? "ok");
      if (step instanceof Error) throw step;
      return completion(typeof step === "string" ? { text: step } : step);
    },
  };
}

export function completion(changes: Partial<Completion> = {}): Completion {
  return {
    text: "ok",
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 5 },
    latencyMs: 1,
    ...changes,
  };
}

export function fault(kind: ModelErrorDetails["kind"], details: Partial<ModelErrorDetails> = {}): ModelError {
  return new ModelError(`a fault of kind ${kind}`, { kind, ...details });
}

/** The error that a call rejects with; fails if it answers or rejects with another kind of error. */
export async function modelErrorOf(call: Promise<unknown>): Promise<ModelError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof ModelError) return outcome;
  throw new Error(`no ModelError: ${String(outcome)}`);
}

export const hello: CompletionRequest = { messages: [{ role: "user", content: "Hello" }] };
