/** A text without its name on the first line, which models copy from the heading of the block they were shown. */
export function withoutRepeatedName(text: string, name: string): string {
  if (name === "") return text;
  const [first = "", ...rest] = text.split("\n");
  return first.trim() === name && rest.some((line) => line.trim() !== "") ? rest.join("\n") : text;
}
