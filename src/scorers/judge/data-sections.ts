import { digestOf, digestOfText } from "../../core/data/digest.ts";

/** A text to be judged, under a title. */
export interface DataSection {
  readonly title: string;
  readonly text: string;
}

interface RenderedSections {
  readonly text: string;
  /** Name of the tags around each text, for example `data-3f9c1a7be2d4`. */
  readonly tag: string;
}

/**
 * Puts each text under its title between an opening and a closing tag. The tag's name is drawn
 * from the digest of all texts, and from another one as long as a text holds it: a text cannot
 * contain the tag that closes it, and equal texts give equal prompts.
 */
export function renderSections(sections: readonly DataSection[]): RenderedSections {
  const tag = `data-${freeMark(sections.map(({ text }) => text))}`;
  const text = sections
    .map((section) => `## ${section.title}\n<${tag}>\n${section.text}\n</${tag}>`)
    .join("\n\n");
  return { text, tag };
}

function freeMark(texts: readonly string[]): string {
  let mark = digestOf(texts).slice(0, 12);
  while (texts.some((text) => text.includes(mark))) mark = digestOfText(mark).slice(0, 12);
  return mark;
}
