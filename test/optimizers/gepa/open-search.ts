import type { Candidate, PromptTexts } from "../../../src/core/prompt/candidate.ts";
import { gepaOptions } from "../../../src/optimizers/gepa/options.ts";
import { openGepaSearch } from "../../../src/optimizers/gepa/state.ts";
import { type SearchWorldOptions, searchWorld } from "../../support/search-world.ts";

/** A search on the real lab with its seed measured. */
export async function openSearchWorld(options: object = {}, worldOptions: SearchWorldOptions = {}) {
  const world = searchWorld(worldOptions);
  const search = await openGepaSearch(world.task, world.lab, gepaOptions.parse(options));
  return { ...world, search };
}

/** A candidate that was not drafted by a lab. */
export function candidateOf(id: string, texts: PromptTexts, parents: readonly string[] = []): Candidate {
  return { id, texts, parents, promptTokens: Object.values(texts).join("").length };
}
