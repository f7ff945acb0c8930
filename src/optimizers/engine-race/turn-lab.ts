import type { BudgetView, Lab } from "../../contracts/optimizer.ts";
import { BudgetError, isDaoOptError, OptimizationError } from "../../core/errors.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { survivableFailure } from "../search/reflection-failures.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";

/** A lab request of a contender, before it is sent. */
interface Request {
  /** Target and reflection calls; judge calls are extra. */
  readonly calls: number;
  /** The candidate to measure; absent for reflections. */
  readonly candidate?: Candidate;
}

/** True if the request may be sent now. */
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
 * The lab of a contender. It sends requests only in the contender's turns, and only while they are allowed.
 * Other requests are held in order until a later turn, invisibly to the contender.
 */
export interface TurnLab {
  readonly lab: Lab;
  /**
   * Sends allowed requests. Resolves when no request is in flight and the rest are held, or after `close`.
   */
  takeTurn(allowance: Allowance): Promise<void>;
  /** The contender has ended; open requests are never answered. */
  close(): void;
  /** Rejects held requests and leaves all later ones unanswered. */
  refuse(error: unknown): void;
  readonly held: readonly Request[];
  /** Its drafts in order, including texts that others drafted before. */
  readonly drafts: readonly Candidate[];
  /** The error from the lab that must end the run. */
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
  // One turn of the event loop later, the contender has sent all requests that follow from its last answer.
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
        // A candidate that others drafted can be new to this contender.
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

/**
 * True for errors other than a spent budget or a retryable reflection failure: the lab ends the run with
 * them.
 */
function concernsAll(error: unknown): boolean {
  return isDaoOptError(error) && !(error instanceof BudgetError) && survivableFailure(error) === undefined;
}

function ignore(): void {}
