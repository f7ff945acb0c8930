import { ModelError } from "../core/errors.ts";

/** A request for a rewrite or a verdict that lacks a part needed for the answer. */
export function unreadableRequest(missing: string): ModelError {
  return new ModelError(`the offline model cannot read the request: ${missing}`, {
    kind: "bad_request",
    status: 400,
    hint: "offline models read the structure of a request, not its words; use a real model for a request of another form",
  });
}
