import type { OptimizationTask } from "../../contracts/optimizer.ts";
import type { PromptTexts } from "../../core/prompt/candidate.ts";
import type { DemonstrationSets } from "./demonstration.ts";
import type { DemonstrationPlace } from "./demonstration-places.ts";
import { insertionPoint } from "./insertion-point.ts";
import { renderDemonstrations } from "./render-demonstrations.ts";

/** Texts with demonstrations in them; all that was there stays, word for word. */
export function withDemonstrations(
  { contract }: Pick<OptimizationTask, "contract">,
  places: readonly DemonstrationPlace[],
  texts: PromptTexts,
  sets: DemonstrationSets,
): PromptTexts {
  const changed = places.flatMap(({ text: name, fields }): [string, string][] => {
    const [text = "", set = []] = [texts[name], sets[name]];
    if (set.length === 0) return [];
    const at = insertionPoint(text, contract.variables[name] ?? [], contract.locked);
    const section = renderDemonstrations(set, fields);
    return [[name, inserted(text, at, section)]];
  });
  return { ...texts, ...Object.fromEntries(changed) };
}

function inserted(text: string, at: number, section: string): string {
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const gap = before === "" || /\n\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  return after === "" ? `${before}${gap}${section}` : `${before}${gap}${section}\n\n${after}`;
}
