/** How a candidate came to be, by the name that its engine gives; others are shown as they are. */
const words: Readonly<Record<string, string>> = {
  reflection: "rewrite",
  pruning: "rewrite without idle edits",
  labels: "list of labels",
  instruction: "new instruction",
  combination: "instruction and examples",
};

/** `rewrite`, `4 rewrites joined`; the engines of a race go first: `gepa: rewrite`. */
export function makerWords(by: string, parents: number): string {
  const at = by.indexOf(": ");
  if (at > 0) return `${by.slice(0, at)}: ${makerWords(by.slice(at + 2), parents)}`;
  if (by === "fold") return `${parents} rewrites joined`;
  if (by === "merge") return `parts of ${parents} prompts`;
  const name = Object.hasOwn(words, by) ? words[by] : by;
  return parents > 1 ? `${name} of ${parents}` : `${name}`;
}
