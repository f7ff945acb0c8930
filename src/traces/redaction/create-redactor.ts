import type { JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { renameCleaned } from "../derived-name.ts";
import { findPersonalData, redactText } from "./redact-text.ts";
import { type PersonalDataKind, placeholders, type TextRules } from "./span.ts";
import { redactJson } from "./walk/redact-json.ts";

export interface RedactorOptions {
  /** What is looked for; everything when left out. */
  readonly kinds?: readonly PersonalDataKind[];
}

/** Takes personal data and keys out of what is to be stored. Every function throws rather than let through. */
export interface Redactor {
  /** The text with a placeholder (`[EMAIL]`, `[NAME]` …) for each find. A text that is JSON stays JSON. */
  text(value: string): string;
  /** A copy with every text in it redacted, keys of objects too. */
  json(value: JsonValue): JsonValue;
  /** A copy of a trace with every field redacted; `traceId`, `parentId`, times and figures stay. */
  trace(trace: Trace): Trace;
}

const allKinds = Object.keys(placeholders) as readonly PersonalDataKind[];

/**
 * Works on this machine alone. The same text gives the same result, and a second pass changes nothing.
 *
 * ```ts
 * createRedactor().text("Mail jane@example.com"); // "Mail [EMAIL]"
 * ```
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const kinds: ReadonlySet<PersonalDataKind> = new Set(options.kinds ?? allKinds);
  const rules: TextRules = {
    redact: (text, hint) => redactText(text, kinds, hint),
    find: (text) =>
      findPersonalData(text, kinds).map((span) => ({ ...span, placeholder: placeholders[span.kind] })),
  };
  return Object.freeze({
    text: (value: string) => redactJson(value, rules) as string,
    json: (value: JsonValue) => redactJson(value, rules),
    trace: (trace: Trace) => redactTrace(trace, rules),
  });
}

/** By these the store finds a trace and its parent. Every other field is redacted, those of days to come too. */
const identity: ReadonlySet<string> = new Set(["traceId", "parentId"] satisfies (keyof Trace)[]);

export function redactTrace(trace: Trace, rules: TextRules): Trace {
  const fields = Object.entries(trace)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [field, identity.has(field) ? value : redactJson(value as JsonValue, rules)]);
  return Object.freeze(renameCleaned(trace, Object.fromEntries(fields) as Trace));
}
