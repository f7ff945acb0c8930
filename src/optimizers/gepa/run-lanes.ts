import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { emitAttempts } from "../search/rewrite-texts.ts";
import { settleAll } from "../search/settle-all.ts";
import { gatherFailures, type RewriteEvidence } from "./gather-failures.ts";
import { isShortLane, reflectOn } from "./rewriting/reflect.ts";
import type { Rewrite } from "./rewriting/rewrite.ts";
import { screenRewrite } from "./rewriting/screen-rewrite.ts";
import { selectParent } from "./select-parent.ts";
import { baseOf, type GepaSearch } from "./state.ts";

/** A rewrite to ask for. */
interface Lane {
  readonly parent: Candidate;
  /** Names of the texts it changes. */
  readonly names: readonly string[];
}

interface LaneWithEvidence extends Lane {
  readonly evidence: RewriteEvidence;
}

/** Parents and texts are chosen before any answer arrives. */
export function planLanes(search: GepaSearch, random: Random, count: number): readonly Lane[] {
  return Array.from({ length: count }, (_, lane) => {
    const parent =
      search.pending.length > 0 ? baseOf(search) : selectParent(search, random.fork(`lane ${lane}`));
    return { parent, names: chooseComponents(search, parent) };
  });
}

/** Runs each parent on the train rows of all its lanes at once. */
export async function gatherEvidence(
  search: GepaSearch,
  lanes: readonly Lane[],
): Promise<readonly LaneWithEvidence[]> {
  const parents = [...new Set(lanes.map(({ parent }) => parent))];
  const groups = await settleAll(
    parents.map(async (parent) => {
      const group = lanes.filter((lane) => lane.parent === parent);
      const evidence = await gatherFailures(search, parent, group.length);
      return evidence.map(
        (found, at): LaneWithEvidence => ({ parent, names: group[at]?.names ?? [], evidence: found }),
      );
    }),
  );
  return groups.flat();
}

/** Asks for all rewrites in parallel. */
export async function runLanes(
  search: GepaSearch,
  step: number,
  lanes: readonly LaneWithEvidence[],
  isDeferring: boolean,
): Promise<readonly Rewrite[]> {
  const results = await settleAll(
    lanes.map(async ({ parent, names, evidence }, at) => {
      const lane = await reflectOn(search, step, parent, names, evidence, isShortLane(search, at));
      return { attempt: lane.attempt, rewrite: await screenRewrite(search, step, lane, isDeferring) };
    }),
  );
  const attempts = results.flatMap(({ attempt }) => attempt ?? []);
  search.replies.note(attempts);
  emitAttempts(search.lab, search.failures, step, attempts);
  if (attempts.length === 0) {
    const message = "all tried train rows are right: nothing to learn from";
    search.lab.emit({ type: "engine-note", message });
  }
  return results.flatMap(({ rewrite }) => rewrite ?? []);
}

/**
 * The names of the texts that a rewrite of this parent changes. With `round_robin` the pointer advances when
 * a rewrite is planned, even if it fails, and a child continues from its parent's pointer.
 */
export function chooseComponents(search: GepaSearch, parent: Candidate): readonly string[] {
  const names = Object.keys(parent.texts);
  if (search.options.components === "all") return names;
  const at = search.nextText.get(parent.id) ?? Math.max(0, ...inherited(search, parent));
  search.nextText.set(parent.id, at + 1);
  return names.slice(at % names.length, (at % names.length) + 1);
}

function inherited({ nextText }: GepaSearch, parent: Candidate): readonly number[] {
  return parent.parents.flatMap((id) => nextText.get(id) ?? []);
}
