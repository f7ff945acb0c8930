import type { Candidate } from "../../../core/prompt/candidate.ts";
import { describeDifferences, differencesOn } from "../../search/differences.ts";
import type { HalvingEnd } from "../../search/halving-race.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import type { RowOrder } from "./row-order.ts";

/** Makes candidates members; the best of them becomes the leader. */
export function acceptAll(search: GepaSearch, step: number, accepted: readonly Candidate[]): void {
  const { cards, task, lab, members } = search;
  for (const candidate of accepted) {
    members.push(candidate);
    const validation = cards.mean(candidate.id, task.validation);
    lab.emit({ type: "candidate-accepted", step, candidate: candidate.id, validation });
  }
  const isBetter = (one: Candidate, other: Candidate) => {
    const lead = cards.lead(one.id, other.id, task.validation);
    return lead > 0 || (lead === 0 && one.promptTokens < other.promptTokens);
  };
  const [first, ...others] = accepted;
  if (first !== undefined)
    search.leader = others.reduce((best, one) => (isBetter(one, best) ? one : best), first);
}

/** Reports a rejected candidate and remembers its edit for later reflections on the parent. */
export function reject(
  search: GepaSearch,
  step: number,
  candidate: Candidate,
  reason: string,
  lesson?: { readonly parent: Candidate },
): void {
  const { id, parents, texts } = candidate;
  search.lab.emit({ type: "candidate-rejected", step, candidate: id, parents, texts, reason });
  if (lesson === undefined) return;
  for (const [name, after] of Object.entries(texts)) {
    const before = lesson.parent.texts[name] ?? "";
    if (before !== after) search.memory.remember(lesson.parent.id, { name, before, after, reason });
  }
}

/** Applies the results of a race in the order of the challengers. True if one was accepted. */
export function applyRace(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  rewrites: readonly Rewrite[],
  results: readonly HalvingEnd[],
): boolean {
  const resultOf = new Map(results.map((result) => [result.challenger, result]));
  const accepted: Candidate[] = [];
  for (const { candidate, parents, by } of rewrites) {
    const result = resultOf.get(candidate);
    if (result === undefined) continue;
    if (result.end === "better") accepted.push(candidate);
    else {
      const [parent] = parents;
      const isLesson = by === "reflection" && result.end === "not_better" && parent !== undefined;
      reject(search, step, candidate, reasonOf(search, rowOrder, result), isLesson ? { parent } : undefined);
    }
  }
  acceptAll(search, step, accepted);
  return accepted.length > 0;
}

function reasonOf({ cards }: GepaSearch, { defender, rows }: RowOrder, result: HalvingEnd): string {
  const run = rows.slice(0, result.rows);
  const record = describeDifferences(differencesOn(cards, result.challenger, defender, run));
  const compared = `validation against ${defender.id}: ${record}`;
  switch (result.end) {
    case "overtaken":
      return `${compared}; another rewrite of this step was better`;
    case "unaffordable":
      return `${compared}; the budget does not pay for the other rows`;
    default:
      return result.rows < rows.length ? `${compared}, stopped there` : compared;
  }
}
