import type { CompletionTable } from "./completion-table.ts";

/** No variable is called `path` or `words`: in zsh those are the shell's own. */
export function renderZsh({ commands, values }: CompletionTable): string {
  const valueCases = values.map(({ flag, choices }) =>
    choices.length > 0
      ? `    ${flag}) compadd -- ${choices.join(" ")}; return ;;`
      : `    ${flag}) _files; return ;;`,
  );
  const commandCases = [...commands]
    .reverse()
    .map(
      ({ path, words, takesFile }) =>
        `    ${path === "" ? '""' : `"${path}"|"${path} "*`}) choices=(${words.join(" ")})${takesFile ? "; files=yes" : ""} ;;`,
    );
  return `#compdef dao-opt
_dao_opt() {
  local typed="" one files=""
  local -a choices
  case "\${words[CURRENT-1]}" in
${valueCases.join("\n")}
  esac
  for one in "\${(@)words[2,CURRENT-1]}"; do
    case "$one" in -*) ;; *) typed="\${typed:+$typed }$one" ;; esac
  done
  case "$typed" in
${commandCases.join("\n")}
  esac
  compadd -- $choices
  if [[ -n "$files" ]]; then _files; fi
}
compdef _dao_opt dao-opt
`;
}
