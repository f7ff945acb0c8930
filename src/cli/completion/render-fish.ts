import type { CompletionTable } from "./completion-table.ts";

export function renderFish({ commands, values }: CompletionTable): string {
  const choicesOf = new Map(values.map(({ flag, choices }) => [flag, choices]));
  const lines = commands.flatMap(({ path, words, takesFile }) => {
    const parts = path.split(" ").filter((part) => part !== "");
    const when =
      parts.length === 0
        ? "__fish_use_subcommand"
        : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
    const start = `complete -c dao-opt${takesFile ? "" : " -f"} -n '${when}'`;
    return words.map((word) => {
      if (!word.startsWith("--")) return `${start} -a ${word}`;
      const choices = choicesOf.get(word);
      const value =
        choices === undefined ? "" : choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : " -r -F";
      return `${start} -l ${word.slice(2)}${value}`;
    });
  });
  return `# dao-opt completion for fish\n${lines.join("\n")}\n`;
}
