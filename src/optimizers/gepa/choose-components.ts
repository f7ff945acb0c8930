import type { Candidate } from "../../core/prompt/candidate.ts";
import type { GepaSearch } from "./state.ts";

/**
 * The texts a rewrite of this parent changes. Under `round_robin` the pointer moves on when a rewrite
 * is planned, also if nothing comes of it, and a child goes on where its parent stands.
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
