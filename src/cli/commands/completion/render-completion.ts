import { type CommandSpec, flagsOf } from "../../command-spec.ts";
import { type Flag, flags } from "../../flags.ts";

/** The completions at one point of the command line. */
interface CommandWords {
  /** Command path, for example `registry deploy`; empty for the root. */
  readonly path: string;
  /** Subcommands and flags. */
  readonly words: readonly string[];
  readonly takesFile: boolean;
}

export interface CompletionTable {
  readonly commands: readonly CommandWords[];
  /** Flags that take a value. */
  readonly values: readonly FlagValue[];
}

/** The value of a flag: one of some choices, the name of a file, or neither. */
interface FlagValue {
  readonly flag: string;
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

// The names that flags give to values which are files or folders, as in `--junit <file>`.
const fileValue = /[<[](?:file|dir|run)[\].>]/;

/** Builds the completion table from the command specs. */
export function completionTable(specs: readonly CommandSpec[]): CompletionTable {
  const names = specs.map(({ name }) => name);
  const all = specs.flatMap((spec) => everyCommand(spec, ""));
  const written = all.flatMap(({ spec }) => writtenFlags(spec));
  const values = written
    .filter((flag) => /[<[]/.test(flag.flags))
    .map((flag) => ({
      flag: longName(flag),
      choices: flag.choices ?? [],
      takesFile: fileValue.test(flag.flags),
    }));
  return {
    commands: [
      { path: "", words: [...names, "help", "--version", "--help"], takesFile: false },
      { path: "help", words: names, takesFile: false },
      ...all.map(({ path, spec }) => ({
        path,
        words: [
          ...(spec.commands ?? []).map(({ name }) => name),
          ...writtenFlags(spec).map(longName),
          "--help",
        ],
        takesFile: (spec.args ?? []).some(([name]) => name.includes("config")),
      })),
    ],
    // Of a flag with different values in different commands, files are the most useful.
    values: [
      ...new Map(
        values
          .sort((one, other) => Number(one.takesFile) - Number(other.takesFile))
          .map((value) => [value.flag, value]),
      ).values(),
    ],
  };
}

function everyCommand(spec: CommandSpec, above: string): { path: string; spec: CommandSpec }[] {
  const path = `${above}${spec.name}`;
  return [{ path, spec }, ...(spec.commands ?? []).flatMap((child) => everyCommand(child, `${path} `))];
}

function writtenFlags(spec: CommandSpec): Flag[] {
  const own = (spec.own ?? []).map(([written, description]) => ({ flags: written, description }));
  return [...flagsOf(spec).map((name): Flag => flags[name]), ...own];
}

function longName({ flags: written }: Flag): string {
  return /--[\w-]+/.exec(written)?.[0] ?? written;
}

/** Words are plain names and flags without shell metacharacters. */
export function renderBash({ commands, values }: CompletionTable): string {
  const valueCases = values.map(({ flag, choices, takesFile }) =>
    choices.length > 0 || takesFile
      ? `    ${flag}) COMPREPLY=($(compgen ${takesFile ? "-f" : `-W "${choices.join(" ")}"`} -- "$cur")); return ;;`
      : `    ${flag}) return ;;`,
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

export function renderFish({ commands, values }: CompletionTable): string {
  const suffixes = new Map(
    values.map(({ flag, choices, takesFile }) => [
      flag,
      takesFile ? " -r -F" : ` -x${choices.length > 0 ? ` -a '${choices.join(" ")}'` : ""}`,
    ]),
  );
  const lines = commands.flatMap(({ path, words, takesFile }) => {
    const parts = path.split(" ").filter((part) => part !== "");
    const when =
      parts.length === 0
        ? "__fish_use_subcommand"
        : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
    const start = `complete -c dao-opt${takesFile ? "" : " -f"} -n '${when}'`;
    return words.map((word) => {
      if (!word.startsWith("--")) return `${start} -a ${word}`;
      const value = suffixes.get(word) ?? "";
      // fish accepts only one of -f (no files) and -F (files).
      return `${value.includes("-F") ? start.replace(" -f", "") : start} -l ${word.slice(2)}${value}`;
    });
  });
  return `# dao-opt completion for fish\n${lines.join("\n")}\n`;
}

/** zsh reserves the variables `path` and `words`. */
export function renderZsh({ commands, values }: CompletionTable): string {
  const valueCases = values.map(({ flag, choices, takesFile }) => {
    if (takesFile) return `    ${flag}) _files; return ;;`;
    return `    ${flag}) ${choices.length > 0 ? `compadd -- ${choices.join(" ")}; ` : ""}return ;;`;
  });
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
