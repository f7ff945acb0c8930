import type { Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { createReflectionFailureCount, type ReflectionFailureCount } from "../search/reflection-failures.ts";
import { createReplyRecord, type ReplyRecord } from "../search/reply-record.ts";
import { createScorecards, type Scorecards } from "../search/scorecards.ts";
import { countReflections, createSpending, type Spending } from "../search/spending.ts";
import { createMemory, type Memory } from "./memory.ts";
import type { GepaOptions } from "./options.ts";
import { createProvenance, type RewriteProvenance } from "./rewriting/rewrite.ts";

/** The state of a search; each file of this folder makes one decision from it. */
export interface GepaSearch {
  readonly task: OptimizationTask;
  readonly lab: Lab;
  readonly options: GepaOptions;
  readonly cards: Scorecards;
  readonly sampler: MinibatchSampler;
  readonly memory: Memory;
  readonly provenance: RewriteProvenance;
  readonly failures: ReflectionFailureCount;
  /** How the model answers the requests for new texts. */
  readonly replies: ReplyRecord;
  readonly spending: Spending;
  /** Accepted candidates, the seed first: the possible parents. */
  readonly members: Candidate[];
  /** The member to beat. */
  leader: Candidate;
  /**
   * Candidates folded one from the other since the leader and not yet compared with it, the newest last.
   * Empty unless validation is deferred (`validation/deferred-validation.ts`).
   */
  pending: readonly Candidate[];
  /** Leaders that were pruned, and the results of pruning. */
  readonly shortened: Set<CandidateId>;
  /** Consecutive steps without progress. */
  fruitless: number;
  /** Number of times that deferring validation was a setback. */
  setbacks: number;
  /** Per candidate, the text its next rewrite changes with `components: round_robin`. */
  readonly nextText: Map<string, number>;
  /** Per candidate and train row, how many reflections were shown it. */
  readonly timesShown: Map<string, number>;
}

/** Measures the seed on all validation rows and starts the search from it. */
export async function openGepaSearch(
  task: OptimizationTask,
  given: Lab,
  options: GepaOptions,
  emit: Lab["emit"] = (event) => given.emit(event),
): Promise<GepaSearch> {
  const counted = countReflections(given, emit);
  const { lab } = counted;
  const cards = createScorecards(lab);
  await cards.measure(task.seed, task.validation);
  return {
    task,
    lab,
    options,
    cards,
    sampler: createMinibatchSampler(task.train, lab.random.fork("minibatches")),
    memory: createMemory(options.memory),
    provenance: createProvenance(),
    failures: createReflectionFailureCount(),
    replies: createReplyRecord(),
    spending: createSpending(counted, cards),
    members: [task.seed],
    leader: task.seed,
    pending: [],
    shortened: new Set(),
    fruitless: 0,
    setbacks: 0,
    nextText: new Map(),
    timesShown: new Map(),
  };
}

/** The start of the next rewrites: the newest pending candidate, otherwise the leader. */
export function baseOf({ pending, leader }: GepaSearch): Candidate {
  return pending.at(-1) ?? leader;
}

/** Draws train rows in shuffled epochs, each row once per epoch. */
interface MinibatchSampler {
  /** The next wanted rows in epoch order; fewer if there are not enough. */
  next(size: number, isWanted: (example: Example) => boolean): readonly Example[];
}

export function createMinibatchSampler(train: readonly Example[], random: Random): MinibatchSampler {
  let epoch = 0;
  let waiting: Example[] = [];
  const refill = (): void => {
    const dealt = new Set(waiting);
    const rest = random.fork(`epoch ${epoch++}`).shuffle(train);
    waiting = [...waiting, ...rest.filter((example) => !dealt.has(example))];
  };
  return {
    next(size, isWanted) {
      const count = Math.min(size, train.filter(isWanted).length);
      const batch: Example[] = [];
      while (batch.length < count) {
        const at = waiting.findIndex((example) => isWanted(example) && !batch.includes(example));
        if (at === -1) refill();
        else batch.push(...waiting.splice(at, 1));
      }
      return batch;
    },
  };
}
