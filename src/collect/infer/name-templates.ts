import type { Template } from "../../core/prompt/prompt.ts";

const grammar: ReadonlySet<string> = new Set(
  "you are a an the of to in on at for from with by and or is be this that these those it its your my our as please what".split(
    " ",
  ),
);
const mostWords = 4;

/** A name for each template, of its first telling words; none twice. */
export function nameTemplates(templates: readonly Template[]): readonly string[] {
  const taken = new Set<string>();
  return templates.map((template) => {
    const text = typeof template === "string" ? template : template.map(({ content }) => content).join(" ");
    const words = text
      .replace(/\{\{[^}]*\}\}/g, " ")
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z][a-z0-9]+/g);
    const telling = (words ?? []).filter((word) => !grammar.has(word)).slice(0, mostWords);
    const base = telling.length === 0 ? "template" : telling.join("_");
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    return name;
  });
}
