import type { EngineEvent } from "../../contracts/events.ts";
import type { Lab } from "../../contracts/optimizer.ts";
import type { CandidateId } from "../../core/prompt/candidate.ts";

/** Merges the events of several engines into one sequence. */
export interface MergedEvents {
  /** Reports an engine's event. */
  report(name: string, event: EngineEvent): void;
  /** Number of steps reported so far, of all engines. */
  readonly steps: number;
}

/**
 * Steps are numbered across all engines: an engine that resumes in the middle of a step reports a new step.
 * If two engines draft the same text, it is reported once, and the first verdict on it stands.
 */
export function mergeEvents(lab: Pick<Lab, "emit">): MergedEvents {
  const proposed = new Set<CandidateId>();
  const judged = new Set<CandidateId>();
  let best: { readonly best: CandidateId; readonly validation: number } | undefined;
  let steps = 0;
  let speaker = "";

  const beginStep = (name: string): void => {
    speaker = name;
    lab.emit({ type: "step-started", step: ++steps });
  };
  const isRepeated = (event: EngineEvent): boolean => {
    if (event.type === "candidate-proposed") return proposed.has(event.candidate);
    if (event.type === "candidate-accepted") return judged.has(event.candidate);
    return (
      event.type === "candidate-rejected" && event.candidate !== undefined && judged.has(event.candidate)
    );
  };
  const note = (event: EngineEvent): void => {
    if (event.type === "candidate-proposed") proposed.add(event.candidate);
    if (event.type === "candidate-accepted") judged.add(event.candidate);
    if (event.type === "candidate-rejected" && event.candidate !== undefined) judged.add(event.candidate);
    if (event.type === "step-finished" && (best === undefined || event.validation > best.validation))
      best = { best: event.best, validation: event.validation };
  };

  return {
    report(name, event) {
      if (event.type === "step-started") return beginStep(name);
      if (event.type === "engine-note") return lab.emit({ ...event, message: `${name}: ${event.message}` });
      if (isRepeated(event)) return;
      if (speaker !== name) beginStep(name);
      note(event);
      if (event.type === "candidate-proposed")
        lab.emit({ ...event, step: steps, by: `${name}: ${event.by}` });
      else if (event.type === "step-finished") lab.emit({ ...event, ...best, step: steps });
      else lab.emit({ ...event, step: steps });
    },
    get steps() {
      return steps;
    },
  };
}
