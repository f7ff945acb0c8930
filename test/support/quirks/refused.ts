import type { WireAnswer } from "../loopback-wire.ts";
import type { Quirk } from "./quirk.ts";
import { always } from "./wire-shapes.ts";

/** A quirk whose every request has one answer, an error. */
export function refused(
  id: string,
  provider: string,
  what: string,
  source: string,
  answer: WireAnswer,
  expect: Quirk["expect"],
): Quirk {
  return { id, provider, what, source, respond: always(answer), expect };
}
