import type { Lab } from "../../contracts/optimizer.ts";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";
import type { Candidate, PromptTexts } from "../../core/prompt/candidate.ts";
import { parseReply } from "../request/parse-reply.ts";
import { askAgain, type TextRequest } from "../request/text-request.ts";
import {
  type ReflectionFailure,
  type ReflectionFailureCount,
  survivableFailure,
} from "./reflection-failures.ts";
import { settleAll } from "./settle-all.ts";

// A reply that cannot be parsed or breaks the contract is requested once more.
const callsPerRewrite: Estimate = { low: 1, likely: 1.1, high: 2 };

/** Reflections for a number of steps in which every lane rewrites some texts. */
export function estimateRewrites(
  { candidatesPerStep }: SearchSize,
  steps: Estimate,
  textsPerRewrite: number,
): Estimate {
  const rewrites = candidatesPerStep * textsPerRewrite;
  return {
    low: steps.low * rewrites * callsPerRewrite.low,
    likely: steps.likely * rewrites * callsPerRewrite.likely,
    high: steps.high * rewrites * callsPerRewrite.high,
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
  | { readonly kind: "drafted"; readonly candidate: Candidate }
  | {
      /** No candidate, so no rollouts were spent; `texts` holds the parsed replies. */
      readonly kind: "refused";
      readonly parents: readonly Candidate[];
      readonly texts?: PromptTexts;
      readonly reason: string;
      /** Set if the reply itself was unusable, rather than its text not being new. */
      readonly failure?: ReflectionFailure;
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
 * Requests the texts and drafts a candidate from them. If a reply is unusable or its texts break the prompt's
 * contract, requests them once more with the reasons.
 */
export async function rewriteTexts(lab: Lab, order: RewriteOrder): Promise<Attempt> {
  try {
    const first = await askFor(lab, order, order.requests);
    const attempt = conclude(lab, order, first);
    if (attempt.kind !== "refused" || attempt.failure === undefined) return attempt;
    // With the same limit the next reply would be cut off too.
    if (first.some(({ failure }) => failure?.cause === "cut_off")) return attempt;
    // The attempt reports the final refusal; this event reports the first reply.
    const cause = attempt.failure.cause.replace(/:.*$/s, "");
    lab.emit({ type: "reply-refused", step: order.step, cause, reason: attempt.reason });
    const unreadable = first.filter(({ failure }) => failure !== undefined);
    // If every reply could be parsed, the texts together break the contract.
    const toMend = unreadable.length > 0 ? unreadable : first;
    const again = toMend.map(
      ({ name, request, reply, failure }) =>
        [name, askAgain(request, reply, [failure?.reason ?? attempt.reason])] as const,
    );
    const second = await askFor(lab, order, Object.fromEntries(again));
    const mended = new Map(second.map((asked) => [asked.name, asked]));
    return conclude(
      lab,
      order,
      first.map((asked) => mended.get(asked.name) ?? asked),
    );
  } catch (error) {
    const failure = survivableFailure(error);
    if (failure === undefined) throw error;
    return { kind: "failed", failure };
  }
}

function askFor(lab: Lab, { purpose, mend, step }: RewriteOrder, requests: RewriteOrder["requests"]) {
  return settleAll(
    Object.entries(requests).map(async ([name, request]): Promise<Asked> => {
      const reply = await lab.reflect({ messages: request.messages, purpose });
      const { fence, variables = [] } = request;
      const parsed = parseReply(reply, { fence, name, variables });
      if ("text" in parsed) {
        if (parsed.isUnfenced) lab.emit({ type: "reply-unfenced", step });
        const text = mend?.(name, parsed.text) ?? parsed.text;
        return { name, request, reply: reply.text, text };
      }
      const failure = { cause: parsed.kind, reason: parsed.problem };
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
  if (parents.some((parent) => isSameText(parent.texts, texts))) {
    const reason = "the same text as its parent";
    return { ...refused, texts, reason };
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

/** Texts that differ only in surrounding whitespace are the same. */
function isSameText(one: PromptTexts, other: PromptTexts): boolean {
  return Object.entries(other).every(([name, text]) => text.trim() === one[name]?.trim());
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
    else if (attempt.failure !== undefined) failures.note(attempt.failure);
  }
}
