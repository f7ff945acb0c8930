import { canonicalJson } from "../core/data/digest.ts";
import { nearNames } from "../core/text/near-names.ts";
import { impliedModelAt } from "./implied-models.ts";
import { sectionsOf, type ThingKind } from "./layout.ts";
import type { Problems } from "./problems.ts";
import type { WrittenAgent } from "./schema/agent.ts";
import type { WrittenDataset } from "./schema/dataset.ts";
import type { WrittenConfig } from "./schema/file.ts";
import type { WrittenModel } from "./schema/model.ts";
import type { WrittenPrompt, WrittenSchema } from "./schema/prompt.ts";
import { dotted, type KeyPath, type TreeMap, treeAt } from "./tree.ts";

/** A thing of the file, with its key. */
export interface Declared<Written> {
  readonly key: string;
  readonly path: KeyPath;
  readonly written: Written;
}

/** All things of one kind, declared in their section or written where they are used. */
export interface References<Written> {
  /** Grows while references are resolved: an inline thing gets a key of its own. */
  readonly things: ReadonlyMap<string, Declared<Written>>;
  /** Key of the thing that a key, name or object refers to; undefined if there is none. */
  find(reference: string | Written, path: KeyPath): string | undefined;
  /**
   * Like `find`, but reports a missing thing. The key is then empty, and the config is rejected. A text that stands
   * for an undeclared thing, or for several, takes what it lacks from `owner`.
   */
  resolve(reference: string | Written, path: KeyPath, owner?: Declared<Written>): string;
}

interface ImplyContext<Written> {
  /** Without those that a text implied. */
  readonly declared: readonly Declared<Written>[];
  /** Things with the text as their name, but with different settings. */
  readonly named: readonly Declared<Written>[];
  readonly owner: Declared<Written> | undefined;
}

interface ReferencesOptions<Written> {
  readonly kind: ThingKind;
  readonly sections: readonly (readonly [KeyPath, Readonly<Record<string, Written>>])[];
  /** Names of a thing besides its key. */
  namesOf(written: Written, key: string): readonly string[];
  /** Keys and names of things left out because they are invalid; referring to them is not reported. */
  readonly broken: ReadonlySet<string>;
  readonly problems: Problems;
  /** The thing that a text stands for that is neither key nor name; undefined if there is none. */
  imply?(text: string, path: KeyPath, context: ImplyContext<Written>): Written | undefined;
  /** Settings that decide whether two things with one name are the same; default: all. */
  settingsOf?(written: Written): unknown;
}

function createReferences<Written extends object>(options: ReferencesOptions<Written>): References<Written> {
  const { kind, problems } = options;
  const things = new Map<string, Declared<Written>>();
  for (const [section, entries] of options.sections) {
    for (const [key, written] of Object.entries(entries)) {
      const path = [...section, key];
      const first = things.get(key);
      if (first === undefined) things.set(key, { key, path, written });
      else problems.report(path, `duplicate key: ${dotted(first.path)} already exists`, "rename one of them");
    }
  }

  /** Keys of things that exist only because a text stands for them. */
  const implied = new Set<string>();
  const isDeclared = (key: string) => things.has(key) && !implied.has(key);
  const declared = () => [...things.values()].filter(({ key }) => isDeclared(key));
  const named = (name: string) =>
    declared().filter(({ key, written }) => options.namesOf(written, key).includes(name));
  const areEqual = (found: readonly Declared<Written>[]) =>
    new Set(found.map(({ written }) => canonicalJson(options.settingsOf?.(written) ?? written))).size < 2;

  const place = (written: Written, path: KeyPath, wanted: string): string => {
    const text = canonicalJson(written);
    const same = [...things.values()].find((thing) => canonicalJson(thing.written) === text);
    if (same !== undefined) return same.key;
    let key = wanted;
    for (let next = 2; things.has(key); next++) key = `${wanted}_${next}`;
    things.set(key, { key, path, written });
    return key;
  };

  /** The thing that a text stands for; its key is the text, if that is free. */
  const imply = (text: string, path: KeyPath, owner: Declared<Written> | undefined): string | undefined => {
    const written = options.imply?.(text, path, { declared: declared(), named: named(text), owner });
    if (written === undefined) return undefined;
    const before = new Set(things.keys());
    const key = place(written, path, text);
    if (!before.has(key)) implied.add(key);
    return key;
  };

  const find = (reference: string | Written, path: KeyPath): string | undefined => {
    // `agents.a.model` → `a_model`: a key that is the same in every run and shows its origin.
    if (typeof reference !== "string")
      return place(
        reference,
        path,
        path.slice(path[0] === "agents" || path[0] === "prompts" ? 1 : 2).join("_"),
      );
    if (isDeclared(reference)) return reference;
    const found = named(reference);
    if (!areEqual(found)) {
      const paths = found.map((one) => dotted(one.path)).join(" and ");
      problems.report(
        path,
        `${JSON.stringify(reference)} is ambiguous: it names ${paths}`,
        "use the key of the one you mean",
      );
    }
    return found[0]?.key;
  };

  return {
    things,
    find,
    resolve(reference, path, owner) {
      const isUnclear =
        typeof reference === "string" && !isDeclared(reference) && !areEqual(named(reference));
      const chosen = isUnclear && owner !== undefined ? imply(reference, path, owner) : undefined;
      if (chosen !== undefined) return chosen;
      const found = find(reference, path);
      if (found !== undefined) return found;
      const name = String(reference);
      if (options.broken.has(name)) return "";
      const key = imply(name, path, owner);
      if (key !== undefined) return key;
      const known = declared().flatMap(({ key, written }) =>
        [key, ...options.namesOf(written, key)].map((one) => [one, key] as const),
      );
      problems.report(path, `no ${kind} named ${JSON.stringify(name)}`, hintFor(kind, name, new Map(known)));
      return "";
    },
  };
}

/** `known` maps every key and name to the key. */
function hintFor(kind: ThingKind, name: string, known: ReadonlyMap<string, string>): string {
  const near = new Set(nearNames(name, known.keys(), 2).map((one) => known.get(one)));
  if (near.size > 0) return `did you mean ${[...near].join(" or ")}?`;
  if (name.startsWith("x-")) return "keys that start with x- are ignored; rename it";
  const listed = known.size === 0 ? "" : ` (known: ${[...new Set(known.values())].join(", ")})`;
  return `declare it under ${dotted(sectionsOf[kind][0] ?? [])}${listed}`;
}

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
      imply: (text, path, context) => impliedModelAt(text, path, context, problems),
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
