import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import type { Journal } from "./journal.ts";
import type { JournalContent } from "./read-journal.ts";

/** What the providers of a run do not take as configured: known from its journal before the first call is sent. */
export function openJournalAdaptations(
  journal: Pick<Journal, "appendAdaptation">,
  earlier: Pick<JournalContent, "adaptations">,
): AdaptationLog {
  const byModel = new Map<string, Adaptation[]>(
    [...earlier.adaptations].map(([modelKey, known]) => [modelKey, [...known]]),
  );
  return {
    known: (modelKey) => byModel.get(modelKey) ?? [],
    note(modelKey, adaptation) {
      const known = byModel.get(modelKey) ?? [];
      const text = canonicalJson(adaptation);
      if (known.some((one) => canonicalJson(one) === text)) return;
      byModel.set(modelKey, [...known, adaptation]);
      journal.appendAdaptation(modelKey, adaptation);
    },
  };
}
