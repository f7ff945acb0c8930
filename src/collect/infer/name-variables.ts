import type { Template } from "../../core/prompt/prompt.ts";

/** The context of a variable, from which its name is derived. */
interface NamedPlace {
  /** The template text before and after the variable, in the same message. */
  readonly before: string;
  readonly after: string;
  /** Some of its values. */
  readonly values: readonly string[];
  /** True if it is a whole message. */
  readonly isMessage: boolean;
}

const stopWords: ReadonlySet<string> = new Set(
  "a an the of to in on at for from with by and or is are be this that these those it its your my our as under over about into user following below given text".split(
    " ",
  ),
);
const longText = 40;

/** Unique names for variables: from a label, a tag or key, the counted word, or the values. */
export function nameVariables(places: readonly NamedPlace[]): readonly string[] {
  const taken = new Set<string>(["chat_history"]);
  let unnamed = 0;
  return places.map((place) => {
    const wanted = labelOf(place.before) ?? countedOf(place) ?? wordBefore(place) ?? kindOf(place);
    const base = wanted ?? `input_${++unnamed}`;
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    return name;
  });
}

/** For example `Text: `, `"name": "`, `name=`, `<article>`, `## Question\n`. */
function labelOf(before: string): string | undefined {
  const tag = /<([A-Za-z][\w-]*)[^<>]*>\s*$/.exec(before)?.[1];
  const heading = /(?:^|\n)#+\s*([^\n#:]{2,40}?)\s*:?\s*\n\s*$/.exec(before)?.[1];
  const label =
    /(?:^|[\n"'`{[(<*#,;|-])[ \t]*([\p{L}_][\p{L}\p{N}_ -]{0,40}?)["'`*]*\s*[:=]\s*["'`“«<([{*#]*\s*$/u.exec(
      before,
    )?.[1];
  const words = identifierOf(tag ?? heading ?? label ?? "")
    .split("_")
    .filter((word) => word !== "");
  const significant = words.filter((word) => !stopWords.has(word));
  // In `Summarize the following text:` only the last word is a label.
  if (words.length === 1 && words[0] === "please") return undefined;
  if (words.length > 3) return words.at(-1) === "text" ? "text" : undefined;
  return significant.length > 0 ? words.join("_") : words.at(-1);
}

/** For example `under {{words}} words`. */
function countedOf({ after, values }: NamedPlace): string | undefined {
  if (!values.every((value) => /^-?\d+([.,]\d+)?$/.test(value)) || values.length === 0) return undefined;
  const word = /^\s+([\p{L}]{3,20})/u.exec(after)?.[1];
  return word === undefined ? "number" : identifierOf(word);
}

/** For example `of order {{order}}`, if the word before is not a function word. */
function wordBefore({ before, values }: NamedPlace): string | undefined {
  const isShort = values.every((value) => value.length <= longText && !value.includes("\n"));
  const [, preposition, blank] = /([\p{L}]{2,20})(\s)$/u.exec(before) ?? [];
  if (!isShort || preposition === undefined || blank !== " ") return undefined;
  const word = identifierOf(preposition);
  if (word === "from") return "source";
  if (word === "to" || word === "into") return "target";
  return stopWords.has(word) ? undefined : word;
}

function kindOf({ values, isMessage }: NamedPlace): string | undefined {
  const isLong = values.some((value) => value.length > longText || value.includes("\n"));
  if (isMessage)
    return values.filter((value) => value.trimEnd().endsWith("?")).length * 2 > values.length
      ? "question"
      : "message";
  return isLong ? "text" : undefined;
}

function identifierOf(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[_\d]+|_+$/g, "")
    .toLowerCase();
}

const grammar: ReadonlySet<string> = new Set(
  "you are a an the of to in on at for from with by and or is be this that these those it its your my our as please what".split(
    " ",
  ),
);
const mostWords = 4;

/** Unique names for templates, from their first significant words. */
export function nameTemplates(templates: readonly Template[]): readonly string[] {
  const taken = new Set<string>();
  return templates.map((template) => {
    const text = typeof template === "string" ? template : template.map(({ content }) => content).join(" ");
    const words = text
      .replace(/\{\{[^}]*\}\}/g, " ")
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z][a-z0-9]+/g);
    const significant = (words ?? []).filter((word) => !grammar.has(word)).slice(0, mostWords);
    const base = significant.length === 0 ? "template" : significant.join("_");
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    return name;
  });
}
