import { answerFault } from "../../core/answer/answer-fault.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import { usageOf } from "../openai/openai-answer.ts";

/**
 * The error that a provider sent in place of an answer, with status 200: an error object, a choice that is one, or
 * an answer that ended with one. Undefined for anything else.
 */
export function faultInAnswer(body: unknown, who: string): ModelError | undefined {
  const fault = answerFault(body);
  const whole = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (fault === undefined || !isJsonObject(whole)) return undefined;
  const hasChoice = Array.isArray(whole["choices"]) && isJsonObject(whole["choices"][0]);
  if (!hasChoice && (whole["error"] === undefined || whole["error"] === null)) return undefined;
  const shown = fault.status === undefined ? "" : ` ${fault.status}`;
  return new ModelError(`${who} answered with an error${shown}: ${fault.message}`, {
    kind: kindOf(fault.status),
    status: fault.status,
    usage: usageOf(whole["usage"]),
  });
}

function kindOf(status = 500): ModelErrorKind {
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "quota";
  if (status === 404) return "model_not_found";
  if (status === 429) return "rate_limit";
  return status >= 500 || status === 408 || status === 409 ? "server" : "bad_request";
}
