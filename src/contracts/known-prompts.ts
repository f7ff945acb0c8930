import type { JsonObject } from "../core/data/json.ts";

declare global {
  /** What `dao-opt registry types` knows of a registry: its `.d.ts` adds an entry for every prompt. */
  namespace DaoOpt {
    /** A value that a template's variable can have. */
    type Input = string | number | boolean | null | readonly Input[] | { readonly [key: string]: Input };
    /** Reference (`main/default/x`, `main/default/x@production`) → the variables of that version. */
    interface Prompts {}
  }
}

/** References that the registry's types name; none without them. */
export type KnownReference = keyof DaoOpt.Prompts & string;

/** Any reference; an editor offers the known ones. */
export type PromptReference = KnownReference | (string & Record<never, never>);

/** The entry of a reference: its own, or that of its path (`x@3`, `prompts:/x/3`). */
type EntryOf<Reference extends string> = Reference extends KnownReference
  ? Reference
  : Reference extends `prompts:/${infer Rest}`
    ? EntryOf<Rest>
    : Reference extends `${infer Path}@${string}`
      ? Path & KnownReference
      : Reference extends `${infer Path}/${bigint}`
        ? Path & KnownReference
        : never;

/** Variables of the prompt a reference means; any object when the registry's types do not name it. */
export type InputsOf<Reference extends string> = [EntryOf<Reference>] extends [never]
  ? JsonObject
  : DaoOpt.Prompts[EntryOf<Reference> & keyof DaoOpt.Prompts] extends { readonly inputs: infer Inputs }
    ? Inputs
    : JsonObject;
