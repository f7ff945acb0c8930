import { dotted } from "./path.ts";
import { ignoredAgentKeys } from "./schema/agent.ts";
import { ignoredDatasetKeys } from "./schema/dataset.ts";
import type { ConfigFile } from "./schema/file.ts";
import { ignoredModelKeys } from "./schema/model.ts";
import { ignoredOptimizationKeys } from "./schema/optimization.ts";
import { ignoredPromptKeys } from "./schema/prompt.ts";
import type { Shelves } from "./shelves.ts";

/** dao-ai's keys on models, prompts, agents, datasets and optimizations that change nothing here. */
export function ignoredKeys(file: ConfigFile, shelves: Shelves): string[] {
  const optimizations = Object.entries(file.optimizations.prompt_optimizations).map(([key, written]) => ({
    path: ["optimizations", "prompt_optimizations", key],
    written,
  }));
  const kinds = [
    { things: shelves.model.things.values(), keys: ignoredModelKeys },
    { things: shelves.prompt.things.values(), keys: ignoredPromptKeys },
    { things: shelves.agent.things.values(), keys: ignoredAgentKeys },
    { things: shelves.dataset.things.values(), keys: ignoredDatasetKeys },
    { things: optimizations, keys: ignoredOptimizationKeys },
  ];
  return kinds.flatMap(({ things, keys }) =>
    [...things].flatMap(({ path, written }) =>
      keys.filter((key) => Object.hasOwn(written, key)).map((key) => dotted([...path, key])),
    ),
  );
}
