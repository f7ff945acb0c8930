import { hash } from "node:crypto";
import { z } from "zod";
import type { Address, Exchange, SentAttempt } from "../../contracts/answer-store.ts";
import type { Adaptation, UnusedAttempt } from "../../contracts/language-model.ts";
import { parseJsonLine } from "../../formats/json-lines.ts";

const digits = 8;
const marked = new RegExp(`^(.*),"sum":"([0-9a-f]{${digits}})"\\}$`, "s");

/** The JSON object of a line, with the checksum of everything before it as its last member, `sum`. */
export function withChecksum(value: object): string {
  const body = JSON.stringify(value).slice(0, -1);
  return `${body},"sum":"${checksumOf(body)}"}`;
}

/** True if a line's checksum matches; undefined for a line without one, from earlier versions. */
function isChecksumRight(text: string): boolean | undefined {
  const [, body, sum] = marked.exec(text) ?? [];
  return body === undefined ? undefined : checksumOf(body) === sum;
}

/** The first digits of a SHA-256: protects against editing mistakes and disk errors, not forgery. */
function checksumOf(text: string): string {
  return hash("sha256", text).slice(0, digits);
}

/** One exchange as stored in `journal.jsonl`. */
export interface JournalRecord {
  readonly address: Address;
  readonly exchange: Exchange;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Milliseconds of the run, earlier sessions included. */
  readonly elapsedMs: number;
  /** `cache`: taken from the shared cache, for free. */
  readonly from: "provider" | "cache";
}

/** The minutes of an optimization ran out after this many admitted calls or rollouts. */
export interface ClosingRecord {
  readonly optimization: string;
  readonly admissions: number;
}

const address = z.string().min(1);
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Every kind of line, by the key that only it has. */
const lineKinds = {
  address: z.object({
    address,
    exchange: z.custom<Exchange>(isObject),
    at: z.string(),
    elapsed_ms: z.number(),
    from: z.enum(["provider", "cache"]),
  }),
  /** An attempt is about to be sent. */
  sent: z.object({
    sent: address,
    at: z.string(),
    answered_by: z.string().optional(),
    input_tokens: z.number().nonnegative(),
    output_tokens: z.number().nonnegative(),
  }),
  /** The attempt sent before has ended; without `billed` it cost nothing. */
  ended: z.object({ ended: address, billed: z.custom<UnusedAttempt>(isObject).optional() }),
  closed: z.object({ closed: z.string(), admissions: z.int().nonnegative() }),
  adapted: z.object({ adapted: z.string(), adaptation: z.custom<Adaptation>(isObject) }),
} as const;

type LineKinds = typeof lineKinds;
export type JournalLine = { [Kind in keyof LineKinds]: z.output<LineKinds[Kind]> }[keyof LineKinds];

/**
 * Parses a line of a journal: undefined for a torn or corrupt line, "changed" for one whose checksum does not
 * match.
 */
export function parseJournalLine(text: string): JournalLine | "changed" | undefined {
  const parsed = parseJsonLine(text);
  if (parsed === undefined || "problem" in parsed) return undefined;
  const { value } = parsed;
  if (typeof value !== "object" || value === null) return undefined;
  if (!(isChecksumRight(text) ?? !("sum" in value))) return "changed";
  for (const [key, shape] of Object.entries(lineKinds)) {
    if (key in value) return shape.safeParse(value).data;
  }
  return undefined;
}

type Line<Kind extends keyof LineKinds> = z.input<LineKinds[Kind]>;

export function exchangeJson({ address, exchange, at, from, elapsedMs }: JournalRecord): Line<"address"> {
  return { address, exchange, at, from, elapsed_ms: elapsedMs };
}

export function closingJson({ optimization, admissions }: ClosingRecord): Line<"closed"> {
  return { closed: optimization, admissions };
}

export function adaptationJson(modelKey: string, adaptation: Adaptation): Line<"adapted"> {
  return { adapted: modelKey, adaptation };
}

export function sentJson(sent: Address, { estimate, answeredBy }: SentAttempt, at: string): Line<"sent"> {
  const { inputTokens, outputTokens } = estimate;
  return { sent, at, answered_by: answeredBy, input_tokens: inputTokens, output_tokens: outputTokens };
}

export function endedJson(ended: Address, billed: UnusedAttempt | undefined): Line<"ended"> {
  return { ended, billed };
}
