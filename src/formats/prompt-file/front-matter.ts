import { z } from "zod";
import { detailsShape } from "./prompt-details.ts";

const tagMap = z.record(z.string(), z.string());
/** Also accepts a list of words, each a tag without a value. */
const tags = z.union([
  tagMap,
  z.array(z.string()).transform((list) => Object.fromEntries(list.map((tag) => [tag, ""]))),
]);

/** Keys of the prompt or version that are not part of its identity. */
const descriptionShape = {
  path: z.string().nullish(),
  version_name: z.string().nullish(),
  version_description: z.string().nullish(),
  description: z.string().nullish(),
  tags: tags.nullish(),
  readme: z.string().nullish(),
};

/** The front matter of a `.prompt` file; also the keys of JSON or YAML input to `registry upsert`. */
export const frontMatterSchema = z.strictObject({
  ...detailsShape,
  ...descriptionShape,
  model: detailsShape.model.nullish(),
});

export type FrontMatter = z.output<typeof frontMatterSchema>;

export const frontMatterKeys: readonly string[] = Object.keys(frontMatterSchema.shape);

/** The front matter and the body of a file. */
interface PromptFileParts {
  /** Absent if the file has none. */
  readonly frontMatter?: string;
  readonly body: string;
  /** Line of the file on which the body starts, from 1. */
  readonly bodyLine: number;
  readonly isUnclosed: boolean;
}

/**
 * Splits a `.prompt` file. One empty line after the front matter and one line break at the end of the file are
 * not part of the text.
 */
export function splitPromptFile(text: string): PromptFileParts {
  const whole = withUnixLines(text.replace(/^\uFEFF/, ""));
  const open = /^---[ \t]*\n/.exec(whole);
  if (open === null) return { body: withoutLastBreak(whole), bodyLine: 1, isUnclosed: false };
  // Not `^` and `$` with the m flag: these also match at U+2028, which is valid inside a YAML line.
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

/** Undoes the CRLF line ends of a checkout, recognized by the first line. */
function withUnixLines(text: string): string {
  return /^---[ \t]*\r\n/.test(text) ? text.replaceAll("\r\n", "\n") : text;
}

function withoutLastBreak(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
