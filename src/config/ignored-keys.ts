import type { ConfigReferences } from "./config-references.ts";
import { dotted } from "./key-path.ts";
import { ignoredAgentKeys } from "./schema/agent.ts";
import { ignoredDatasetKeys } from "./schema/dataset.ts";
import type { WrittenConfig } from "./schema/file.ts";
import { ignoredModelKeys } from "./schema/model.ts";
import { ignoredOptimizationKeys } from "./schema/optimization.ts";
import { ignoredPromptKeys } from "./schema/prompt.ts";

/** dao-ai's keys on models, prompts, agents, datasets and optimizations that change nothing here. */
export function ignoredKeys(file: WrittenConfig, references: ConfigReferences): string[] {
  const optimizations = Object.entries(file.optimizations.prompt_optimizations).map(([key, written]) => ({
    path: ["optimizations", "prompt_optimizations", key],
    written,
  }));
  const kinds = [
    { things: references.model.things.values(), keys: ignoredModelKeys },
    { things: references.prompt.things.values(), keys: ignoredPromptKeys },
    { things: references.agent.things.values(), keys: ignoredAgentKeys },
    { things: references.dataset.things.values(), keys: ignoredDatasetKeys },
    { things: optimizations, keys: ignoredOptimizationKeys },
  ];
  return kinds.flatMap(({ things, keys }) =>
    [...things].flatMap(({ path, written }) =>
      keys.filter((key) => Object.hasOwn(written, key)).map((key) => dotted([...path, key])),
    ),
  );
}
