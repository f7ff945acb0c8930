import type { CommandSpec } from "../../command-spec.ts";

/** Takes the list of commands as a function because the list contains this command. */
export function completionSpec(commands: () => readonly CommandSpec[]): CommandSpec {
  return {
    name: "completion",
    summary: "print a shell completion script",
    args: [["<shell>", "bash, zsh or fish"]],
    own: [["--config <file>", "complete --only with the optimizations of this config"]],
    examples: [
      "dao-opt completion bash > ~/.local/share/bash-completion/completions/dao-opt",
      "dao-opt completion fish | source",
    ],
    load: async () => (await import("./command.ts")).completionCommand(commands()),
  };
}
