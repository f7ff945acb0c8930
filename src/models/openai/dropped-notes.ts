import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";

interface DroppedContext {
  readonly modelKey: string;
  readonly log: AdaptationLog;
  /** Called once for a member, when it is dropped for the first time. */
  readonly onLearned: (adaptation: Adaptation) => void;
}

/** What a provider's client left out of one call's requests. */
interface DroppedNotes {
  readonly names: ReadonlySet<string>;
  readonly onDropped: (members: readonly string[]) => void;
}

/** Remembers dropped members, so that later requests of the model are made without them. */
export function createDroppedNotes({ modelKey, log, onLearned }: DroppedContext): DroppedNotes {
  const names = new Set<string>();
  return {
    names,
    onDropped(members) {
      for (const parameter of members) {
        names.add(parameter);
        if (log.known(modelKey).some((known) => known.parameter === parameter)) continue;
        log.note(modelKey, { parameter });
        onLearned({ parameter });
      }
    },
  };
}
