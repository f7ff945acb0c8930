import type { Adaptation, AdaptationLog } from "../contracts/language-model.ts";

/** A log that lasts as long as the process. */
export function createAdaptationLog(): AdaptationLog {
  const noted = new Map<string, readonly Adaptation[]>();
  return {
    known: (modelKey) => noted.get(modelKey) ?? [],
    note(modelKey, adaptation) {
      noted.set(modelKey, [...(noted.get(modelKey) ?? []), adaptation]);
    },
  };
}
