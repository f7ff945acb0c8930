import type { AnswerFault } from "../core/answer/answer-fault.ts";
import { isJsonObject } from "../core/data/json.ts";
import { ModelError, thrownReason } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";

export type ErrorFields = Pick<Trace, "error" | "errorCode" | "errorStatus">;

/** An error in a trace: message, provider's error code, HTTP status. */
export function errorFields(
  message: string,
  code?: string | number | null | undefined,
  status?: number | undefined,
): ErrorFields {
  return {
    error: message,
    ...(code === undefined || code === null || code === "" ? {} : { errorCode: String(code) }),
    ...(status === undefined ? {} : { errorStatus: status }),
  };
}

/** Fields of an error inside an answer. `status` is the HTTP status of the answer. */
export function faultFields({ message, code, status }: AnswerFault): ErrorFields {
  return errorFields(message, code ?? status, status);
}

/** Fields of any thrown value, such as an error of this project or of the `openai` package. */
export function thrownFields(thrown: unknown): ErrorFields {
  if (thrown instanceof ModelError) {
    return errorFields(thrown.message, thrown.providerCode ?? thrown.kind, thrown.status);
  }
  const { status, code, type } = isErrorLike(thrown) ? thrown : {};
  const name = [code, type].find((one) => typeof one === "string" || typeof one === "number");
  return errorFields(
    thrownReason(thrown),
    name as string | number | undefined,
    typeof status === "number" ? status : undefined,
  );
}

/** Fields of an error in logs and exports: a string, or an object with message, code, type and status. */
export function recordedErrorFields(error: unknown): ErrorFields {
  if (typeof error === "string") return errorFields(error);
  if (!isJsonObject(error)) return errorFields(JSON.stringify(error) ?? "error");
  const { message, code, type, status, status_code: other } = error;
  const name = [code, type].find((one) => typeof one === "string" || typeof one === "number");
  const httpStatus = [status, other, code].find((one) => typeof one === "number" && one >= 400 && one < 600);
  return errorFields(
    typeof message === "string" && message !== "" ? message : JSON.stringify(error),
    name as string | number | undefined,
    httpStatus as number | undefined,
  );
}

function isErrorLike(
  value: unknown,
): value is { readonly status?: unknown; readonly code?: unknown; readonly type?: unknown } {
  return typeof value === "object" && value !== null;
}
