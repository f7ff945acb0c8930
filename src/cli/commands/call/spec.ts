import type { CommandSpec } from "../../command-spec.ts";

/** `call`: one answer (or several) to a stored prompt. */
export const callSpec: CommandSpec = {
  name: "call",
  summary: "call the model with a stored prompt, log the call, print the output",
  args: [
    [
      "[reference]",
      "path (the version deployed to the default environment), path/3, path@production, prv_…, prompts:/…",
    ],
  ],
  flags: ["json", "registry", "state", "config", "envFile", "quiet", "debug", "noColor"],
  own: [
    ["--input <key=value>", "a variable of the template (repeatable)", "list"],
    ["--inputs <file>", "variables as a JSON or YAML object, - for standard input"],
    ["--message <role:text>", "a message after those of the template (repeatable)", "list"],
    ["--environment <name>", "call the version deployed to it"],
    ["--version <version>", "call this version: its number, its name, or prv_…"],
    [
      "--prompt <file>",
      "details on the spot (.prompt, YAML, JSON): an equal version is used, else one is filed",
    ],
    ["--num-samples <n>", "answers wanted, each asked for and logged on its own (default: 1)"],
    ["--stream", "print the answer as it comes; with --json it is streamed too, and printed when complete"],
    ["--tool-choice <choice>", "none, auto, required, or the name of a tool"],
    ["--logprobs <n>", "ask for the log-probabilities of the n likeliest tokens"],
    ["--suffix <text>", "what follows the text to be written (prompts with endpoint: complete)"],
    ["--metadata <key=value>", "kept with the log (repeatable)", "list"],
    ["--user <id>", "end user of the application, kept with the log"],
    ["--source <text>", "where the call comes from, kept with the log"],
    ["--log-environment <name>", "environment that the log is labelled with"],
    ["--trace-parent <id>", "log or trace that this one is nested under"],
    ["--source-datapoint <id>", "row of a dataset that the call is made for"],
    ["--start-time <time>", "when it began, for the log (ISO 8601)"],
    ["--end-time <time>", "when it ended, for the log (ISO 8601)"],
    ["--no-save", "log the call without inputs, messages and answer"],
    ["--return-inputs <boolean>", "false: leave the inputs out of --json"],
  ],
  examples: [
    'dao-opt call main/default/sentiment_classifier --input text="a fine day"',
    "dao-opt call x@production --inputs row.json --num-samples 3 --json",
    'dao-opt call hello --prompt hello.prompt --message "user:Hi" --stream',
  ],
  load: async () => (await import("./command.ts")).callCommand,
};
