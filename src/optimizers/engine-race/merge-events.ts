import type { EngineEvent } from "../../contracts/events.ts";
import type { Lab } from "../../contracts/optimizer.ts";
import type { CandidateId } from "../../core/prompt/candidate.ts";

/** Makes one story of what several engines tell in turns. */
export interface MergedEvents {
  /** How an engine's own event is told. */
  tell(name: string, event: EngineEvent): void;
  /** Steps told so far, of all engines together. */
  readonly steps: number;
}

/**
 * Steps are counted through all engines: one that goes on in the middle of its step after another had
 * its turn does so as a further step. Two engines may come upon the same text: it is proposed once, and
 * the first verdict on it stands.
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
    tell(name, event) {
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
