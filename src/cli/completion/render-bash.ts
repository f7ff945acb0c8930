import type { CompletionTable } from "./completion-table.ts";

/** Words are plain names and flags: nothing in them means anything to a shell. */
export function renderBash({ commands, values }: CompletionTable): string {
  const valueCases = values.map(
    ({ flag, choices }) =>
      `    ${flag}) COMPREPLY=($(compgen ${choices.length > 0 ? `-W "${choices.join(" ")}"` : "-f"} -- "$cur")); return ;;`,
  );
  const commandCases = [...commands]
    .reverse()
    .map(
      ({ path, words, takesFile }) =>
        `    ${path === "" ? '""' : `"${path}"|"${path} "*`}) words="${words.join(" ")}"${takesFile ? "; files=yes" : ""} ;;`,
    );
  return `# dao-opt completion for bash
_dao_opt() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" typed="" word words="" files=""
  COMPREPLY=()
  case "$before" in
${valueCases.join("\n")}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  case "$typed" in
${commandCases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _dao_opt dao-opt
`;
}
