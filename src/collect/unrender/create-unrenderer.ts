import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { KnownTemplate } from "./known-template.ts";
import { isMoreSpecific } from "./literal-cover.ts";
import { matchTemplate, type TemplateMatches } from "./match-template.ts";
import { type MessageForm, messageForms } from "./message-forms.ts";

/** The template that a call was made with, as far as it can be determined. */
type Unrendering =
  | { readonly kind: "exact"; readonly known: KnownTemplate; readonly inputs: JsonObject }
  /** Several templates, or several values of one template's variables, render exactly these messages. */
  | {
      readonly kind: "ambiguous";
      readonly between: "templates" | "variables";
      readonly templates: readonly KnownTemplate[];
    }
  /** No template renders these messages. */
  | { readonly kind: "unmatched" };

export interface Unrenderer {
  /**
   * Recovers template and variables of a call. `exact` means that rendering again gives the messages, and
   * that no other solution exists. Exception: if variable values contain another template's words at their
   * exact place (at least twelve letters), the call is attributed to that template. Texts of the completions
   * endpoint are passed as one user message. `path` restricts the search to one prompt.
   */
  unrender(messages: readonly ChatMessage[], path?: string): Unrendering;
  /** Templates that cannot be reversed, and why. */
  readonly unusable: readonly { readonly known: KnownTemplate; readonly reason: string }[];
}

interface Usable {
  readonly known: KnownTemplate;
  readonly forms: readonly MessageForm[];
}

/** Reads the templates once. Versions of a prompt with the same text are merged. */
export function createUnrenderer(templates: readonly KnownTemplate[]): Unrenderer {
  const usable: Usable[] = [];
  const unusable: { known: KnownTemplate; reason: string }[] = [];
  for (const known of distinct(templates)) {
    try {
      const forms = messageForms(known);
      if (forms !== undefined) usable.push({ known, forms });
      else unusable.push({ known, reason: "it does more than insert and test variables" });
    } catch (error) {
      if (!isDaoOptError(error)) throw error;
      unusable.push({ known, reason: error.message });
    }
  }
  return {
    unusable,
    unrender(messages, path) {
      const asked = path === undefined ? usable : usable.filter(({ known }) => known.path === path);
      const matches = asked
        .map(({ known, forms }) => ({ known, ...matchTemplate(known, forms, messages) }))
        .filter(({ found, isComplete }) => found.length > 0 || !isComplete);
      return choose(matches);
    },
  };
}

function choose(matches: readonly (TemplateMatches & { readonly known: KnownTemplate })[]): Unrendering {
  if (matches.length === 0) return { kind: "unmatched" };
  const best = matches.filter((one) => matches.every((other) => other === one || outdoes(one, other)));
  const [winner] = best;
  if (best.length !== 1 || winner === undefined) {
    return { kind: "ambiguous", between: "templates", templates: matches.map(({ known }) => known) };
  }
  const [only, another] = winner.found;
  if (only === undefined || another !== undefined || !winner.isComplete) {
    return { kind: "ambiguous", between: "variables", templates: [winner.known] };
  }
  return { kind: "exact", known: winner.known, inputs: only.inputs };
}

function outdoes(one: TemplateMatches, other: TemplateMatches): boolean {
  if (one.found.length === 0 || other.found.length === 0) return false;
  return one.found.every((specific) =>
    other.found.every((general) => isMoreSpecific(specific.cover, general.cover)),
  );
}

function distinct(templates: readonly KnownTemplate[]): readonly KnownTemplate[] {
  const byWords = new Map<string, KnownTemplate>();
  for (const known of templates) {
    const key = canonicalJson([known.path, known.language, known.template]);
    const before = byWords.get(key);
    const { version: _, versionId: __, ...unversioned } = known;
    byWords.set(key, before === undefined || before.versionId === known.versionId ? known : unversioned);
  }
  return [...byWords.values()];
}
