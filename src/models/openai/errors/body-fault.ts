import { answerFault } from "../../../core/answer/answer-fault.ts";
import { readUsage } from "../../../core/answer/read-usage.ts";
import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import type { TokenUsage } from "../../../core/usage.ts";
import { type ErrorFacts, readErrorFacts } from "./error-facts.ts";

/** An error sent with status 200 instead of an answer. */
export class BodyFault extends Error {
  readonly facts: ErrorFacts;
  /** Tokens that the provider counted anyway. */
  readonly usage: TokenUsage | undefined;

  constructor(facts: ErrorFacts, usage: TokenUsage | undefined) {
    super(facts.message);
    this.facts = facts;
    this.usage = usage;
  }
}

/**
 * The error in the body of a 200 response: an error object or an error inside a choice. Undefined if there is
 * none.
 */
export function bodyFault(body: unknown): BodyFault | undefined {
  const fault = answerFault(body);
  if (fault === undefined) return undefined;
  const whole: unknown = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (!isJsonObject(whole)) return undefined;
  const reported = whole["error"] ?? choiceError(whole);
  if (reported === undefined) return undefined;
  const facts = readErrorFacts({ error: reported });
  const message = facts.message === "" ? fault.message : facts.message;
  return new BodyFault({ ...facts, message }, readUsage(whole["usage"]));
}

function choiceError({ choices }: JsonObject): unknown {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isJsonObject(choice) ? (choice["error"] ?? undefined) : undefined;
}
