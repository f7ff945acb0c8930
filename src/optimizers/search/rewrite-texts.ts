import type { Lab } from "../../contracts/optimizer.ts";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";
import type { Candidate, PromptTexts } from "../../core/prompt/candidate.ts";
import { readReply } from "../request/read-reply.ts";
import { isReworded } from "../request/reworded.ts";
import { askAgain, type TextRequest } from "../request/text-request.ts";
import {
  type ReflectionFailure,
  type ReflectionFailureCount,
  survivableFailure,
} from "./reflection-failures.ts";
import { settleAll } from "./settle-all.ts";

// A reply that cannot be parsed or breaks the contract is requested once more, and in the short forms, where an engine
// has them, three times.
const callsPerRewrite: Estimate = { low: 1, likely: 1.1, high: 2 };
const mostShortReplies = 3;

/** Reflections for a number of steps in which every lane rewrites some texts. */
export function estimateRewrites(
  { candidatesPerStep }: SearchSize,
  steps: Estimate,
  textsPerRewrite: number,
  hasShortForms = false,
): Estimate {
  const rewrites = candidatesPerStep * textsPerRewrite;
  return {
    low: steps.low * rewrites * callsPerRewrite.low,
    likely: steps.likely * rewrites * callsPerRewrite.likely,
    high: steps.high * rewrites * (hasShortForms ? 1 + mostShortReplies : callsPerRewrite.high),
  };
}

/** Texts to request, by name, in addition to texts that are fixed. */
interface RewriteOrder {
  readonly step: number;
  /** The kind of rewrite, as named in events. */
  readonly by: string;
  /** The purpose of the reflection calls, as named in events. */
  readonly purpose: string;
  readonly parents: readonly Candidate[];
  readonly settled: PromptTexts;
  readonly requests: Readonly<Record<string, TextRequest>>;
  /** Repairs a returned text before it is drafted. */
  readonly mend?: (name: string, text: string) => string;
}

/** The result of an order. */
export type Attempt =
  | { readonly kind: "drafted"; readonly candidate: Candidate; readonly isFirstRefused?: true }
  | {
      /** No candidate, so no rollouts were spent; `texts` holds the parsed replies. */
      readonly kind: "refused";
      readonly parents: readonly Candidate[];
      readonly texts?: PromptTexts;
      readonly reason: string;
      /** Set if the reply was unusable, or its text is its parent's; not if it is an earlier candidate's. */
      readonly failure?: ReflectionFailure;
      /** The first reply was no text, or its parent's. */
      readonly isFirstRefused?: true;
    }
  /** The model returned no answer. */
  | { readonly kind: "failed"; readonly failure: ReflectionFailure };

interface Asked {
  readonly name: string;
  readonly request: TextRequest;
  readonly reply: string;
  readonly text?: string;
  readonly failure?: ReflectionFailure;
}

/**
 * Requests the texts and drafts a candidate from them. If a reply is unusable, changes nothing or breaks the
 * prompt's contract, requests them again: in the short form where there is one, otherwise with the reasons.
 */
export async function rewriteTexts(lab: Lab, order: RewriteOrder): Promise<Attempt> {
  try {
    let asked = await askFor(lab, order, order.requests);
    let attempt = conclude(lab, order, asked);
    const isFirstRefused =
      attempt.kind === "refused" &&
      (attempt.failure?.cause === unchanged || asked.some(({ failure }) => failure !== undefined));
    for (let round = 1; round <= mostShortReplies; round++) {
      if (attempt.kind !== "refused" || attempt.failure === undefined) return marked(attempt, isFirstRefused);
      const isFold = order.parents.length > 1;
      const again =
        isFold && attempt.failure.cause === unchanged ? undefined : nextRequests(asked, attempt.failure);
      if (again === undefined) return marked(attempt, isFirstRefused);
      // The attempt reports the final refusal; this event reports an earlier reply.
      const cause = attempt.failure.cause.replace(/:.*$/s, "");
      lab.emit({ type: "reply-refused", step: order.step, cause, reason: attempt.reason });
      const replies = await askFor(lab, order, again);
      const replaced = new Map(replies.map((one) => [one.name, one]));
      asked = asked.map((one) => replaced.get(one.name) ?? one);
      attempt = conclude(lab, order, asked);
    }
    return marked(attempt, isFirstRefused);
  } catch (error) {
    const failure = survivableFailure(error);
    if (failure === undefined) throw error;
    return { kind: "failed", failure };
  }
}

function marked(attempt: Attempt, isFirstRefused: boolean): Attempt {
  return attempt.kind === "failed" || !isFirstRefused ? attempt : { ...attempt, isFirstRefused };
}

/** What to request next for the texts that failed; undefined if another reply would fail too. */
function nextRequests(
  asked: readonly Asked[],
  { cause, reason }: ReflectionFailure,
): Readonly<Record<string, TextRequest>> | undefined {
  const unreadable = asked.filter(({ failure }) => failure !== undefined);
  // If every reply could be parsed, the texts together break the contract.
  const toMend = unreadable.length > 0 ? unreadable : asked;
  const requests = toMend.map(({ name, request, reply, failure }) => {
    const isUnread = failure !== undefined || cause === unchanged;
    if (isUnread && request.short !== undefined) return [name, request.short] as const;
    if (isUnread && request.isShort) return [name, request] as const;
    // With the same limit the next reply would be cut off too.
    if (request.isDiscussed || failure?.cause === "cut_off") return undefined;
    const problem = cause === unchanged ? askForChange : (failure?.reason ?? reason);
    return [name, askAgain(request, reply, [problem])] as const;
  });
  const wanted = requests.filter((request) => request !== undefined);
  return wanted.length === requests.length ? Object.fromEntries(wanted) : undefined;
}

const unchanged = "unchanged";
const askForChange =
  "it equals the current instructions, under which the examples failed: change or add at least one rule, so that these examples go right";

function askFor(lab: Lab, { purpose, mend, step }: RewriteOrder, requests: RewriteOrder["requests"]) {
  return settleAll(
    Object.entries(requests).map(async ([name, request]): Promise<Asked> => {
      const reply = await lab.reflect({ messages: request.messages, purpose });
      const read = readReply(reply, name, request);
      if ("text" in read) {
        if (read.isUnfenced) lab.emit({ type: "reply-unfenced", step });
        const text = mend?.(name, read.text) ?? read.text;
        return { name, request, reply: reply.text, text };
      }
      const failure = { cause: read.kind, reason: read.problem };
      return { name, request, reply: reply.text, failure };
    }),
  );
}

function conclude(lab: Lab, order: RewriteOrder, asked: readonly Asked[]): Attempt {
  const { by, parents, settled, step } = order;
  const refused = { kind: "refused", parents } as const;
  const failure = asked.find((one) => one.failure !== undefined)?.failure;
  if (failure !== undefined) return { ...refused, reason: failure.reason, failure };
  const texts = { ...settled, ...Object.fromEntries(asked.map(({ name, text = "" }) => [name, text])) };
  const likeness = parents.map((parent) => likenessOf(parent.texts, texts)).find((one) => one !== undefined);
  if (likeness !== undefined) {
    const reason = `${likeness} text as its parent`;
    return { ...refused, texts, reason, failure: { cause: unchanged, reason } };
  }
  const parentIds = parents.map(({ id }) => id);
  const draft = lab.draft(texts, parentIds);
  if (!draft.accepted) {
    const reason = draft.problems.join("; ");
    return { ...refused, texts, reason, failure: { cause: `contract: ${reason}`, reason } };
  }
  if (!draft.isNew) {
    const reason = "the same text as an earlier candidate";
    return { ...refused, texts, reason };
  }
  const { candidate } = draft;
  lab.emit({ type: "candidate-proposed", step, candidate: candidate.id, parents: parentIds, texts, by });
  return { kind: "drafted", candidate };
}

/** Undefined if the texts differ by more than surrounding whitespace, or one word for another. */
function likenessOf(one: PromptTexts, other: PromptTexts): "the same" | "almost the same" | undefined {
  const names = Object.keys(other);
  if (names.every((name) => one[name]?.trim() === other[name]?.trim())) return "the same";
  return names.every((name) => isReworded(one[name] ?? "", other[name] ?? ""))
    ? "almost the same"
    : undefined;
}

/** Reports attempts in order and counts failures; throws if there are too many in a row. */
export function emitAttempts(
  lab: Lab,
  failures: ReflectionFailureCount,
  step: number,
  attempts: readonly Attempt[],
): void {
  for (const attempt of attempts) {
    if (attempt.kind === "failed") {
      lab.emit({ type: "reflection-failed", step, reason: attempt.failure.reason });
    } else if (attempt.kind === "refused" && attempt.texts === undefined) {
      lab.emit({ type: "reflection-failed", step, reason: attempt.reason });
    } else if (attempt.kind === "refused") {
      const { texts, reason } = attempt;
      const parents = attempt.parents.map(({ id }) => id);
      lab.emit({
        type: "candidate-rejected",
        step,
        parents,
        reason,
        ...(texts === undefined ? {} : { texts }),
      });
    }
  }
  for (const attempt of attempts) {
    if (attempt.kind === "drafted") failures.noteSuccess();
    // A model that returns the same text can still learn from other rows.
    else if (attempt.failure !== undefined && attempt.failure.cause !== unchanged)
      failures.note(attempt.failure);
  }
}
