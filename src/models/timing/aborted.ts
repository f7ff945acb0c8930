import { ModelError } from "../../core/errors.ts";

export function abortedError(): ModelError {
  return new ModelError("the call was stopped before an answer came", { kind: "aborted" });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError();
}
