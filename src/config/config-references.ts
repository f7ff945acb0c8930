import { impliedModel } from "./implied-models.ts";
import { dotted, type KeyPath } from "./key-path.ts";
import { sectionsOf, type ThingKind } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { providers } from "./providers.ts";
import { createReferences, type References } from "./references.ts";
import type { WrittenAgent } from "./schema/agent.ts";
import type { WrittenDataset } from "./schema/dataset.ts";
import type { WrittenConfig } from "./schema/file.ts";
import type { WrittenModel } from "./schema/model.ts";
import type { WrittenPrompt, WrittenSchema } from "./schema/prompt.ts";
import { type TreeMap, treeAt } from "./tree.ts";

export interface ConfigReferences {
  readonly model: References<WrittenModel>;
  readonly prompt: References<WrittenPrompt>;
  readonly agent: References<WrittenAgent>;
  readonly dataset: References<WrittenDataset>;
  readonly schema: References<WrittenSchema>;
}

/** Every named thing of the file, by kind. */
export function createConfigReferences(
  file: WrittenConfig,
  tree: TreeMap,
  broken: ReadonlySet<string>,
  problems: Problems,
): ConfigReferences {
  const [llms = [], models = []] = sectionsOf.model;
  const [datasets = [], trainingDatasets = []] = sectionsOf.dataset;
  const common = (kind: ThingKind) => ({ kind, problems, broken: brokenNames(kind, tree, broken) });
  const nameOf = (written: { readonly name?: string | undefined }) =>
    written.name === undefined ? [] : [written.name];
  return {
    model: createReferences<WrittenModel>({
      ...common("model"),
      sections: [
        [llms, file.resources.llms],
        [models, file.resources.models],
      ],
      namesOf: nameOf,
      settingsOf: ({ fallbacks: _, ...settings }) => settings,
      imply: (text, path, things) => impliedModelAt(text, path, things, problems),
    }),
    prompt: createReferences<WrittenPrompt>({
      ...common("prompt"),
      sections: [[["prompts"], file.prompts]],
      namesOf: nameOf,
    }),
    agent: createReferences<WrittenAgent>({
      ...common("agent"),
      sections: [[["agents"], file.agents]],
      namesOf: nameOf,
    }),
    dataset: createReferences<WrittenDataset>({
      ...common("dataset"),
      sections: [
        [datasets, file.datasets],
        [trainingDatasets, file.optimizations.training_datasets],
      ],
      namesOf: nameOf,
    }),
    schema: createReferences<WrittenSchema>({
      ...common("schema"),
      sections: [[["schemas"], file.schemas]],
      namesOf: ({ schema_name, catalog_name }) => [schema_name, `${catalog_name}.${schema_name}`],
    }),
  };
}

function impliedModelAt(
  text: string,
  path: KeyPath,
  things: References<WrittenModel>["things"],
  problems: Problems,
): WrittenModel | undefined {
  const implied = impliedModel(text, things, Object.keys(providers));
  if (implied === undefined) return undefined;
  if ("unknownProvider" in implied) return undefined;
  const isUri = implied.model.name !== text;
  if (!isUri)
    problems.warn(
      path,
      `no model of the config is named ${JSON.stringify(text)}; it is used as model ${implied.model.name} of provider ${implied.model.provider}`,
    );
  return implied.model;
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
