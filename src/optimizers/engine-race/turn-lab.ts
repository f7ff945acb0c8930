import type { BudgetView, Lab } from "../../contracts/optimizer.ts";
import { BudgetError, isDaoOptError, OptimizationError } from "../../core/errors.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { survivableFailure } from "../search/reflection-failures.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";

/** What a contender asks of the lab, before it is asked. */
interface Request {
  /** Calls of target and reflection; those of judges come on top. */
  readonly calls: number;
  /** What is to be measured; absent for reflections. */
  readonly candidate?: Candidate;
}

/** May this request be made now? */
export type Allowance = (request: Request) => boolean;

interface TurnLabParts {
  readonly lab: Lab;
  readonly measurements: SharedMeasurements;
  readonly emit: Lab["emit"];
  readonly budget: BudgetView;
  readonly random: Random;
  /** The candidate the contender starts from. */
  readonly start: Candidate;
}

/**
 * The lab of a contender: it makes requests only in its turns, and only as far as it is allowed. What
 * goes beyond is held, in its order, until a later turn; the contender notices nothing.
 */
export interface TurnLab {
  readonly lab: Lab;
  /** Lets requests through; resolves when no answer is under way and all that is left is held, or `close` was called. */
  takeTurn(allowance: Allowance): Promise<void>;
  /** The contender has ended: what it still asks is never answered. */
  close(): void;
  /** Refuses what is held, and never answers what is asked from now on. */
  refuse(error: unknown): void;
  readonly held: readonly Request[];
  /** Its own drafts, in order; texts that others drafted before are among them. */
  readonly drafts: readonly Candidate[];
  /** What must end the run, as the lab said it. */
  readonly fatal: { readonly error: unknown } | undefined;
}

interface Held {
  readonly request: Request;
  readonly go: () => void;
  readonly refuse: (error: unknown) => void;
}

export function createTurnLab({ lab, measurements, start, ...parts }: TurnLabParts): TurnLab {
  const held: Held[] = [];
  const drafts = new Map<CandidateId, Candidate>();
  let allowance: Allowance = () => false;
  let underWay = 0;
  let isClosed = false;
  let fatal: { readonly error: unknown } | undefined;
  let endTurn: (() => void) | undefined;

  const flow = (): void => {
    for (let head = held[0]; head !== undefined && allowance(head.request); head = held[0]) {
      held.shift();
      head.go();
    }
    lookAround();
  };
  // A turn of the event loop later the contender has asked for all that follows from its last answer.
  const lookAround = (): void => {
    if (isClosed) finishTurn();
    else setImmediate(() => held.length > 0 && finishTurn());
  };
  const finishTurn = (): void => {
    if (underWay === 0) endTurn?.();
  };

  const ask = <T>(request: Request, forward: () => Promise<T>): Promise<T> => {
    if (isClosed) return new Promise(() => {});
    const answer = new Promise<T>((resolve, reject) => {
      const go = (): void => {
        underWay++;
        forward()
          .then(resolve, (error: unknown) => {
            if (concernsAll(error)) fatal ??= { error };
            reject(error);
          })
          .finally(() => {
            underWay--;
            lookAround();
          });
      };
      held.push({ request, go, refuse: reject });
      flow();
    });
    answer.catch(ignore);
    return answer;
  };

  return {
    lab: {
      async evaluate(candidate, examples, options = {}) {
        const repeat = options.repeat ?? 0;
        if (candidate.id !== start.id && !drafts.has(candidate.id))
          throw new OptimizationError(`candidate ${candidate.id} was not drafted by this engine`, {
            hint: "an engine gets its candidates from lab.draft() and task.seed",
          });
        const calls = measurements.fresh(candidate.id, examples, repeat);
        const evaluation = await ask({ calls, candidate }, () => {
          measurements.noteAsked(candidate.id, examples, repeat);
          return lab.evaluate(candidate, examples, options);
        });
        if (repeat === 0) measurements.noteFound(candidate, evaluation);
        return evaluation;
      },
      reflect: (request) => ask({ calls: 1 }, () => lab.reflect(request)),
      draft(texts, parents) {
        const draft = lab.draft(texts, parents);
        if (!draft.accepted) return draft;
        const { candidate } = draft;
        // What is known to others is new to this contender.
        const isNew = candidate.id !== start.id && !drafts.has(candidate.id);
        if (isNew) drafts.set(candidate.id, candidate);
        return { ...draft, isNew };
      },
      emit: parts.emit,
      random: parts.random,
      budget: parts.budget,
      signal: lab.signal,
    },
    takeTurn(allowed) {
      if (isClosed) return Promise.resolve();
      allowance = allowed;
      return new Promise((resolve) => {
        endTurn = () => {
          endTurn = undefined;
          allowance = () => false;
          resolve();
        };
        flow();
      });
    },
    close() {
      isClosed = true;
      finishTurn();
    },
    refuse(error) {
      isClosed = true;
      for (const { refuse } of held.splice(0)) refuse(error);
    },
    get held() {
      return held.map(({ request }) => request);
    },
    get drafts() {
      return [...drafts.values()];
    },
    get fatal() {
      return fatal;
    },
  };
}

/** Neither a spent budget nor a reflection that may be tried again: the lab ends the run with it. */
function concernsAll(error: unknown): boolean {
  return isDaoOptError(error) && !(error instanceof BudgetError) && survivableFailure(error) === undefined;
}

function ignore(): void {}
