import { UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/near-names.ts";
import type { CliContext } from "../context.ts";
import { exitDone } from "../exit-codes.ts";
import { flags } from "../flags.ts";
import { commandSpecs } from "./command-specs.ts";

interface Words {
  /** Command path, for example `registry deploy`; empty for the top. */
  readonly path: string;
  readonly words: readonly string[];
  readonly isFileExpected: boolean;
}

/** `completion`: a script made from the same table as the help. */
export async function completionCommand(
  [shell = ""]: readonly string[],
  _options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    const near = nearNames(shell, Object.keys(scripts));
    throw new UsageError(`no completion for shell "${shell}"`, {
      hint: near.length > 0 ? `did you mean ${near[0]}?` : "there are bash, zsh and fish",
    });
  }
  context.stdout.write(script(collectWords()));
  return exitDone;
}

type Spec = (typeof commandSpecs)[number];

function collectWords(): Words[] {
  const below = (spec: Spec, path: string): Words[] => {
    const children = spec.commands ?? [];
    const written = [
      ...(spec.flags ?? []).map((name) => flags[name].flags),
      ...(spec.own ?? []).map(([one]) => one),
    ];
    return [
      {
        path,
        words: [...children.map(({ name }) => name), ...written.flatMap(longNames)],
        isFileExpected: (spec.args ?? []).some(([name]) => /config/.test(name)),
      },
      ...children.flatMap((child) => below(child, `${path} ${child.name}`)),
    ];
  };
  return [
    {
      path: "",
      words: [...commandSpecs.map(({ name }) => name), "help", "--version", "--help"],
      isFileExpected: false,
    },
    ...commandSpecs.flatMap((spec) => below(spec, spec.name)),
  ];
}

function longNames(written: string): string[] {
  return /--[\w-]+/.exec(written)?.slice(0, 1) ?? [];
}

const scripts: Readonly<Record<string, (all: readonly Words[]) => string>> = {
  bash: (all) => `# dao-opt completion for bash
_dao_opt() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  local words="" files=""
  case "$path" in
${all
  .map(
    ({ path, words, isFileExpected }) =>
      `    ${path === "" ? '""' : `"${path}"*`}) words="${words.join(" ")}"; files="${isFileExpected ? "yes" : ""}" ;;`,
  )
  .reverse()
  .join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _dao_opt dao-opt
`,
  zsh: (all) => `#compdef dao-opt
_dao_opt() {
  local path="" word files=""
  local -a choices
  for word in "\${words[@]:1:CURRENT-2}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${all
  .map(
    ({ path, words, isFileExpected }) =>
      `    ${path === "" ? '""' : `"${path}"*`}) choices=(${words.map((one) => `'${one}'`).join(" ")}); files="${isFileExpected ? "yes" : ""}" ;;`,
  )
  .reverse()
  .join("\n")}
  esac
  compadd -- $choices
  if [[ -n "$files" ]]; then _files; fi
}
compdef _dao_opt dao-opt
`,
  fish: (all) => {
    const lines = all.flatMap(({ path, words, isFileExpected }) => {
      const parts = path.split(" ").filter((part) => part !== "");
      const when =
        parts.length === 0
          ? "__fish_use_subcommand"
          : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
      const file = isFileExpected ? "" : " -f";
      return words.map((word) =>
        word.startsWith("--")
          ? `complete -c dao-opt${file} -n '${when}' -l ${word.slice(2)}`
          : `complete -c dao-opt${file} -n '${when}' -a ${word}`,
      );
    });
    return `# dao-opt completion for fish\n${lines.join("\n")}\n`;
  },
};
