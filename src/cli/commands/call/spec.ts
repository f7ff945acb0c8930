import type { CommandSpec } from "../../command-spec.ts";

export const callSpec: CommandSpec = {
  name: "call",
  summary: "call a model with a stored prompt, log the call and print the output",
  args: [
    [
      "[reference]",
      "path (the version in the default environment), path/3, path@production, prv_… or prompts:/…",
    ],
  ],
  flags: ["json", "registry", "state", "config", "envFile", "quiet", "debug", "noColor"],
  own: [
    ["--input <key=value>", "variable of the template (repeatable)", "list"],
    ["--inputs <file>", "JSON or YAML object of variables (- for standard input)"],
    ["--message <role:text>", "message to append to the template's messages (repeatable)", "list"],
    ["--environment <name>", "call the version deployed to this environment"],
    ["--version <version>", "call this version: number, name or prv_…"],
    [
      "--prompt <file>",
      "call the prompt in this file (.prompt, YAML, JSON); it is registered unless an equal version exists",
    ],
    ["--num-samples <n>", "number of answers; each is a separate call with its own log (default: 1)"],
    ["--stream", "print the answer as it arrives (with --json: stream it, print it when complete)"],
    ["--tool-choice <choice>", "none, auto, required or the name of a tool"],
    ["--logprobs <n>", "request the log probabilities of the n most likely tokens"],
    ["--suffix <text>", "text that follows the completion (for prompts with endpoint: complete)"],
    ["--metadata <key=value>", "metadata to store with the log (repeatable)", "list"],
    ["--user <id>", "end user to store with the log"],
    ["--source <text>", "origin of the call to store with the log"],
    ["--log-environment <name>", "environment to store with the log"],
    ["--trace-parent <id>", "id of the parent log or trace"],
    ["--source-datapoint <id>", "id of the dataset row this call is for"],
    ["--start-time <time>", "start time to store with the log (ISO 8601)"],
    ["--end-time <time>", "end time to store with the log (ISO 8601)"],
    ["--no-save", "do not store inputs, messages or the answer"],
    ["--return-inputs <boolean>", "false omits the inputs from --json"],
  ],
  examples: [
    'dao-opt call main/default/sentiment_classifier --input text="a fine day"',
    "dao-opt call x@production --inputs row.json --num-samples 3 --json",
    'dao-opt call hello --prompt hello.prompt --message "user:Hi" --stream',
  ],
  load: async () => (await import("./command.ts")).callCommand,
};
