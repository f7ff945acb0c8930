import { type CommandSpec, flagsOf } from "../command-spec.ts";
import { type Flag, flags } from "../flags.ts";

/** What may follow the words typed so far. */
export interface CommandWords {
  /** Command path, for example `registry deploy`; empty for the top. */
  readonly path: string;
  /** Names of commands below, and flags. */
  readonly words: readonly string[];
  readonly takesFile: boolean;
}

export interface CompletionTable {
  readonly commands: readonly CommandWords[];
  /** Flags that take a value, with what it may be; empty: a file or anything. */
  readonly values: readonly { readonly flag: string; readonly choices: readonly string[] }[];
}

/** All that completion knows, from the table that the parser and the help are made of. */
export function completionTable(specs: readonly CommandSpec[]): CompletionTable {
  const names = specs.map(({ name }) => name);
  const all = specs.flatMap((spec) => everyCommand(spec, ""));
  const written = all.flatMap(({ spec }) => writtenFlags(spec));
  const values = written
    .filter((flag) => /[<[]/.test(flag.flags))
    .map((flag) => ({ flag: longName(flag), choices: flag.choices ?? [] }));
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
    values: [...new Map(values.map((value) => [value.flag, value])).values()],
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
