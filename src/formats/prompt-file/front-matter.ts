import { z } from "zod";
import { detailsShape } from "./prompt-details.ts";

const tagMap = z.record(z.string(), z.string());
/** A list of words is taken too: each is a tag without a value. */
const tags = z.union([
  tagMap,
  z.array(z.string()).transform((list) => Object.fromEntries(list.map((tag) => [tag, ""]))),
]);

/** Keys that say something of the prompt or the version but are no part of its identity. */
const descriptionShape = {
  path: z.string().nullish(),
  version_name: z.string().nullish(),
  version_description: z.string().nullish(),
  description: z.string().nullish(),
  tags: tags.nullish(),
  readme: z.string().nullish(),
};

/** The front matter of a `.prompt` file; the same keys as JSON or YAML input of `registry upsert`. */
export const frontMatterSchema = z.strictObject({
  ...detailsShape,
  ...descriptionShape,
  model: detailsShape.model.nullish(),
});

export type FrontMatter = z.output<typeof frontMatterSchema>;

export const frontMatterKeys: readonly string[] = Object.keys(frontMatterSchema.shape);

/** Where the front matter ends and the body starts. */
interface PromptFileParts {
  /** Absent when the file has none. */
  readonly frontMatter?: string;
  readonly body: string;
  /** Line of the file on which the body starts, from 1. */
  readonly bodyLine: number;
  readonly isUnclosed: boolean;
}

/**
 * Takes a `.prompt` file apart. One empty line after the front matter and one line break at the end of
 * the file belong to the form, not to the text.
 */
export function splitPromptFile(text: string): PromptFileParts {
  const whole = withUnixLines(text.replace(/^\uFEFF/, ""));
  const open = /^---[ \t]*\n/.exec(whole);
  if (open === null) return { body: withoutLastBreak(whole), bodyLine: 1, isUnclosed: false };
  // Not `^` and `$` of the m flag: these also match at U+2028, which a line of YAML may hold.
  const rest = whole.slice(open[0].length);
  const close = /(?:^|(?<=\n))---[ \t]*(?:\n|$)/.exec(rest);
  if (close === null) return { body: "", bodyLine: 1, isUnclosed: true };
  const body = rest.slice(close.index + close[0].length);
  const linesBefore = `${open[0]}${rest.slice(0, close.index)}${close[0]}`.split("\n").length;
  return {
    frontMatter: rest.slice(0, close.index),
    body: withoutLastBreak(body.replace(/^\n/, "")),
    bodyLine: linesBefore + (body.startsWith("\n") ? 1 : 0),
    isUnclosed: false,
  };
}

/** A checkout may have turned every line end into CRLF; one that starts so was not written that way. */
function withUnixLines(text: string): string {
  return /^---[ \t]*\r\n/.test(text) ? text.replaceAll("\r\n", "\n") : text;
}

function withoutLastBreak(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
