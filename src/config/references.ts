import { canonicalJson } from "../core/data/digest.ts";
import { nearNames } from "../core/text/near-names.ts";
import { dotted, type KeyPath } from "./key-path.ts";
import { sectionsOf, type ThingKind } from "./layout.ts";
import type { Problems } from "./problems.ts";

/** A thing of the file, under the key it goes by. */
export interface Declared<Written> {
  readonly key: string;
  readonly path: KeyPath;
  readonly written: Written;
}

/** All things of one kind: declared in their section, or written where they are used. */
export interface References<Written> {
  /** Grows while references are resolved: a thing written on the spot gets a key of its own. */
  readonly things: ReadonlyMap<string, Declared<Written>>;
  /** Key of what a key, name or object means; undefined when there is no such thing. */
  find(reference: string | Written, path: KeyPath): string | undefined;
  /** The same, and a report when there is none. The key is then empty, and no config comes of it. */
  resolve(reference: string | Written, path: KeyPath): string;
}

export interface ReferencesOptions<Written> {
  readonly kind: ThingKind;
  readonly sections: readonly (readonly [KeyPath, Readonly<Record<string, Written>>])[];
  /** Other names that a thing answers to besides its key. */
  namesOf(written: Written, key: string): readonly string[];
  /** Keys and names of things too broken to be here: naming them is no mistake. */
  readonly broken: ReadonlySet<string>;
  readonly problems: Problems;
  /** What a text stands for that is no key and no name; undefined if it stands for nothing. Reports by itself. */
  imply?(text: string, path: KeyPath, things: ReadonlyMap<string, Declared<Written>>): Written | undefined;
  /** Settings that decide whether two things of one name are the same; default: all. */
  settingsOf?(written: Written): unknown;
}

export function createReferences<Written extends object>(
  options: ReferencesOptions<Written>,
): References<Written> {
  const { kind, problems } = options;
  const things = new Map<string, Declared<Written>>();
  for (const [section, entries] of options.sections) {
    for (const [key, written] of Object.entries(entries)) {
      const path = [...section, key];
      const first = things.get(key);
      if (first === undefined) things.set(key, { key, path, written });
      else problems.report(path, `duplicate key: ${dotted(first.path)} is there too`, "rename one of them");
    }
  }

  const named = (name: string) =>
    [...things.values()].filter(({ key, written }) => options.namesOf(written, key).includes(name));

  const place = (written: Written, path: KeyPath): string => {
    const text = canonicalJson(written);
    const same = [...things.values()].find((thing) => canonicalJson(thing.written) === text);
    if (same !== undefined) return same.key;
    // `agents.a.model` → `a_model`: the same key in every run, and one a reader can trace.
    const wanted = path.slice(path[0] === "agents" || path[0] === "prompts" ? 1 : 2).join("_");
    let key = wanted;
    for (let next = 2; things.has(key); next++) key = `${wanted}_${next}`;
    things.set(key, { key, path, written });
    return key;
  };

  /** A text stands for the same thing wherever it is written, so the thing goes by it. */
  const declare = (key: string, written: Written, path: KeyPath): string => {
    things.set(key, { key, path, written });
    return key;
  };

  const find = (reference: string | Written, path: KeyPath): string | undefined => {
    if (typeof reference !== "string") return place(reference, path);
    if (things.has(reference)) return reference;
    const found = named(reference);
    const settings = new Set(
      found.map(({ written }) => canonicalJson(options.settingsOf?.(written) ?? written)),
    );
    if (settings.size > 1) {
      const paths = found.map((one) => dotted(one.path)).join(" and ");
      problems.report(
        path,
        `${JSON.stringify(reference)} is the name of ${paths}`,
        "write the key of the one that is meant",
      );
    }
    return found[0]?.key;
  };

  return {
    things,
    find,
    resolve(reference, path) {
      const found = find(reference, path);
      if (found !== undefined) return found;
      const name = String(reference);
      if (options.broken.has(name)) return "";
      const implied = options.imply?.(name, path, things);
      if (implied !== undefined) return declare(name, implied, path);
      const known = [...things.values()].flatMap(({ key, written }) =>
        [key, ...options.namesOf(written, key)].map((one) => [one, key] as const),
      );
      problems.report(path, `no ${kind} named ${JSON.stringify(name)}`, hintFor(kind, name, new Map(known)));
      return "";
    },
  };
}

/** `known` leads from every key and name to the key. */
function hintFor(kind: ThingKind, name: string, known: ReadonlyMap<string, string>): string {
  const near = new Set(nearNames(name, known.keys(), 2).map((one) => known.get(one)));
  if (near.size > 0) return `did you mean ${[...near].join(" or ")}?`;
  if (name.startsWith("x-")) return "keys that start with x- are free and not read; give it another name";
  const listed = known.size === 0 ? "" : ` (there are: ${[...new Set(known.values())].join(", ")})`;
  return `declare it under ${dotted(sectionsOf[kind][0] ?? [])}${listed}`;
}
