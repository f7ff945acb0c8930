import { findApiKeys } from "./detect/api-keys.ts";
import { findEmails } from "./detect/emails.ts";
import { findCards, findSocialSecurityNumbers } from "./detect/identity-numbers.ts";
import { findIpAddresses } from "./detect/ip-addresses.ts";
import { findPhoneNumbers } from "./detect/phone-numbers.ts";
import { findAssignedSecrets, findUrlCredentials } from "./detect/secrets.ts";
import { findStreetAddresses } from "./detect/street-addresses.ts";
import { findPersonNames } from "./names/person-names.ts";
import { normalText } from "./normal-text.ts";
import {
  type Detector,
  type KeyHint,
  type KindSpan,
  type PersonalDataKind,
  placeholders,
  type Span,
} from "./span.ts";

/** Most reliable first. Each detector's findings are blanked out for the next ones. */
const detectors: readonly (readonly [PersonalDataKind, Detector])[] = [
  ["api_key", findApiKeys],
  ["credentials", findUrlCredentials],
  ["secret", findAssignedSecrets],
  ["email", findEmails],
  ["ip", findIpAddresses],
  ["card", findCards],
  ["ssn", findSocialSecurityNumbers],
  ["phone", findPhoneNumbers],
  ["address", findStreetAddresses],
  ["name", findPersonNames],
];
/** Replaces findings in the searched text; no pattern matches it. */
const blank = "\ue000";
/** Numbers with a fixed format that identify nobody: UUIDs, times, digests. */
const opaque =
  /(?<![\p{L}\p{N}-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\p{L}\p{N}-])|(?<!\d)(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)|(?<![\p{L}\p{N}])(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{56}|[0-9a-f]{40}|[0-9a-f]{32})(?![\p{L}\p{N}])/giu;
const written = new RegExp(
  Object.values(placeholders)
    .map((placeholder) => placeholder.replace(/[[\]]/g, "\\$&"))
    .join("|"),
  "g",
);
const mostRounds = 4;

/** Finds personal data in a text, in order of position. */
export function findPersonalData(
  given: string,
  kinds: ReadonlySet<PersonalDataKind>,
  hint?: KeyHint,
): readonly KindSpan[] {
  const normal = normalText(given);
  const found: KindSpan[] = [];
  let text = blankOut(normal.text, placesOf(normal.text, written));
  for (const [kind, detect] of detectors) {
    if (kind === "email") text = blankOut(text, placesOf(text, opaque));
    if (!kinds.has(kind)) continue;
    const spans = detect(text, hint);
    text = blankOut(text, spans);
    for (const span of spans) found.push({ kind, ...normal.original(span) });
  }
  return found.sort((one, other) => one.start - other.start);
}

/**
 * Replaces each finding with a placeholder, then repeats, because a placeholder may expose further findings.
 */
export function redactText(given: string, kinds: ReadonlySet<PersonalDataKind>, hint?: KeyHint): string {
  let text = given;
  for (let round = 0; round < mostRounds; round++) {
    const spans = findPersonalData(text, kinds, hint);
    if (spans.length === 0) break;
    text = putPlaceholders(text, spans);
  }
  return text;
}

function putPlaceholders(text: string, spans: readonly KindSpan[]): string {
  let redacted = "";
  let read = 0;
  for (const { start, end, kind } of spans) {
    redacted += text.slice(read, start) + placeholders[kind];
    read = end;
  }
  return redacted + text.slice(read);
}

function placesOf(text: string, pattern: RegExp): readonly Span[] {
  return [...text.matchAll(pattern)].map(({ 0: match, index }) => ({
    start: index,
    end: index + match.length,
  }));
}

function blankOut(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let blanked = "";
  let read = 0;
  for (const { start, end } of spans) {
    blanked += text.slice(read, start) + blank.repeat(end - start);
    read = end;
  }
  return blanked + text.slice(read);
}
