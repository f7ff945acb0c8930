import { sectionsOf, type ThingKind } from "./layout.ts";
import { dotted } from "./path.ts";
import type { Problems } from "./problems.ts";
import type { AgentFile } from "./schema/agent.ts";
import type { DatasetFile } from "./schema/dataset.ts";
import type { ConfigFile } from "./schema/file.ts";
import type { ModelFile } from "./schema/model.ts";
import type { PromptFile, SchemaFile } from "./schema/prompt.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { type TreeMap, treeAt } from "./tree.ts";

export interface Shelves {
  readonly model: Shelf<ModelFile>;
  readonly prompt: Shelf<PromptFile>;
  readonly agent: Shelf<AgentFile>;
  readonly dataset: Shelf<DatasetFile>;
  readonly schema: Shelf<SchemaFile>;
}

/** Every named thing of the file, by kind. */
export function createShelves(
  file: ConfigFile,
  tree: TreeMap,
  broken: ReadonlySet<string>,
  problems: Problems,
): Shelves {
  const [llms = [], models = []] = sectionsOf.model;
  const [datasets = [], trainingDatasets = []] = sectionsOf.dataset;
  const common = (kind: ThingKind) => ({ kind, problems, broken: brokenNames(kind, tree, broken) });
  const nameOf = (written: { readonly name?: string | undefined }) =>
    written.name === undefined ? [] : [written.name];
  return {
    model: createShelf<ModelFile>({
      ...common("model"),
      sections: [
        [llms, file.resources.llms],
        [models, file.resources.models],
      ],
      namesOf: nameOf,
    }),
    prompt: createShelf<PromptFile>({
      ...common("prompt"),
      sections: [[["prompts"], file.prompts]],
      namesOf: nameOf,
    }),
    agent: createShelf<AgentFile>({
      ...common("agent"),
      sections: [[["agents"], file.agents]],
      namesOf: nameOf,
    }),
    dataset: createShelf<DatasetFile>({
      ...common("dataset"),
      sections: [
        [datasets, file.datasets],
        [trainingDatasets, file.optimizations.training_datasets],
      ],
      namesOf: nameOf,
    }),
    schema: createShelf<SchemaFile>({
      ...common("schema"),
      sections: [[["schemas"], file.schemas]],
      namesOf: ({ schema_name, catalog_name }) => [schema_name, `${catalog_name}.${schema_name}`],
    }),
  };
}

function brokenNames(kind: ThingKind, tree: TreeMap, broken: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    sectionsOf[kind].flatMap((section) => {
      const start = `${dotted(section)}.`;
      const listed = [...broken]
        .filter((path) => path.startsWith(start))
        .map((path) => path.slice(start.length));
      const all = broken.has(dotted(section)) ? Object.keys(Object(treeAt(tree, section))) : [];
      return [...listed, ...all].flatMap((key) => [key, String(treeAt(tree, [...section, key, "name"]))]);
    }),
  );
}
