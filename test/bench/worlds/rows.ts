import { createRandom } from "../../../src/core/random.ts";
import { promptText, type RequestContent, ruleSentence } from "./sentences.ts";
import type { WorldSpec } from "./world-spec.ts";

export type WorldPart = "train" | "validation" | "test";

/** The rows of one part; they depend on world and seed alone. */
export function worldRows(world: WorldSpec, seed: number, part: WorldPart): readonly RequestContent[] {
  const random = createRandom(`world/${world.name}/${seed}/${part}`);
  const topics = Array.from({ length: world.rules }, (_, at) => at + 1);
  return Array.from({ length: world.rows[part] }, (_, at) => {
    const count =
      1 + random.pickWeighted([...world.topicsPerRow.keys()], (at) => world.topicsPerRow[at] ?? 0);
    const touched = new Set<number>();
    while (touched.size < count) touched.add(random.pickWeighted(topics, (topic) => topic ** -world.zipf));
    return { id: `${part}-${at + 1}`, topics: [...touched].sort((one, other) => one - other) };
  });
}

/** The prompt a search starts from. */
export function seedPrompt(world: WorldSpec): string {
  const stated = Array.from({ length: world.statedBySeed }, (_, at) => ruleSentence(at + 1));
  return promptText(stated, true);
}
