import type { Candidate, CandidateId } from "../../../core/prompt/candidate.ts";
import type { Random } from "../../../core/random.ts";
import type { GepaSearch } from "../state.ts";
import { applyRace } from "../validation/decide.ts";
import { raceChallengers } from "../validation/race.ts";
import { openRowOrder } from "../validation/row-order.ts";
import type { Rewrite } from "./rewrite.ts";

interface Pair {
  readonly one: Candidate;
  readonly other: Candidate;
  readonly ancestor: Candidate;
}

/**
 * Crosses two members with a common ancestor. Each text is taken from the side that changed it, or from the
 * better side if both did. Costs no reflection. True if the result was accepted.
 */
export async function mergeLineages(search: GepaSearch, step: number, random: Random): Promise<boolean> {
  const pairs = complementaryPairs(search.members);
  if (pairs.length === 0) return false;
  const { one, other, ancestor } = random.pick(pairs);
  const isOneBetter = search.cards.lead(one.id, other.id, search.task.validation) >= 0;
  const [better, worse] = isOneBetter ? [one, other] : [other, one];
  const texts = Object.fromEntries(
    Object.entries(ancestor.texts).map(([name, text]) => {
      const ours = better.texts[name] ?? text;
      return [name, ours === text ? (worse.texts[name] ?? text) : ours];
    }),
  );
  const parents = [better.id, worse.id];
  const draft = search.lab.draft(texts, parents);
  if (!draft.accepted || !draft.isNew) return false;
  const { candidate } = draft;
  search.lab.emit({ type: "candidate-proposed", step, candidate: candidate.id, parents, texts, by: "merge" });
  const cross: Rewrite = { by: "merge", candidate, parents: [better, worse], minibatch: [], lesson: [] };
  const rowOrder = openRowOrder(search);
  return applyRace(search, step, rowOrder, [cross], await raceChallengers(search, rowOrder, [candidate]));
}

/** Pairs in which neither member descends from the other and each changed a text that the other did not. */
function complementaryPairs(members: readonly Candidate[]): readonly Pair[] {
  const byId = new Map(members.map((member) => [member.id, member]));
  const pairs: Pair[] = [];
  for (const [at, one] of members.entries()) {
    for (const other of members.slice(at + 1)) {
      const [ours, theirs] = [ancestors(one, byId), ancestors(other, byId)];
      if (ours.has(other.id) || theirs.has(one.id)) continue;
      const ancestor = [...ours]
        .reverse()
        .find((id) => theirs.has(id) && isComplementary(one, other, byId.get(id)));
      const found = ancestor === undefined ? undefined : byId.get(ancestor);
      if (found !== undefined) pairs.push({ one, other, ancestor: found });
    }
  }
  return pairs;
}

function isComplementary(one: Candidate, other: Candidate, ancestor: Candidate | undefined): boolean {
  if (ancestor === undefined) return false;
  const changed = (by: Candidate, butNot: Candidate) =>
    Object.keys(ancestor.texts).some(
      (name) => by.texts[name] !== ancestor.texts[name] && butNot.texts[name] === ancestor.texts[name],
    );
  return changed(one, other) && changed(other, one);
}

/** Ids of all ancestors of a member, the seed first. */
function ancestors(member: Candidate, byId: ReadonlyMap<CandidateId, Candidate>): Set<CandidateId> {
  const found = new Set<CandidateId>();
  for (const id of member.parents) {
    const parent = byId.get(id);
    if (parent === undefined) continue;
    for (const older of ancestors(parent, byId)) found.add(older);
    found.add(id);
  }
  return found;
}
