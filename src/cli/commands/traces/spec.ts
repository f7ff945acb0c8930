import type { CommandSpec } from "../../command-spec.ts";

const folderFlags = ["json", "state", "debug", "noColor"] as const;
const filterFlags = [
  ["--since <when>", "begun at or after: 2026-11-21, 2026-11-21T09:30Z, or an age such as 2h or 7d"],
  ["--until <when>", "begun before"],
  ["--prompt <prompt>", "path or name of the prompt, its prv_… id, or a folder/ with a slash at its end"],
  ["--model <model>", "asked of this model"],
  ["--chat <id>", "calls of this conversation, in their order"],
  ["--chain <id>", "calls of this job, in their order"],
  ["--environment <name>", "made in this environment"],
  ["--user <user>", "made for this user"],
  ["--error", "with an error"],
  ["--no-error", "without one"],
  ["--rating <condition>", 'on the last rating given: "<0.5", ">=0.8", "1"'],
  ["--where <key=value...>", "a field by its dotted key, or one of its metadata (repeatable)"],
  ["--search <words>", "words somewhere in inputs, messages or output"],
] as const;
const trace = [
  "<trace>",
  "id, event id or feedback key of a trace, or the beginning of a late one's id",
] as const;

/** `traces …`: what applications asked and were answered. */
export const tracesSpec: CommandSpec = {
  name: "traces",
  summary: "look at recorded calls, export and delete them",
  examples: ["dao-opt traces list --since 2h", "dao-opt traces tail --error"],
  commands: [
    {
      name: "list",
      summary: "recorded calls, newest first; those of a chat or chain in their order",
      flags: folderFlags,
      own: [...filterFlags, ["--limit <n>", "at most so many (default: 50, of a chat or chain all; 0: all)"]],
      examples: [
        "dao-opt traces list --since 2h --error",
        'dao-opt traces list --prompt main/default/x --rating "<0.5"',
        "dao-opt traces list --where tenant=acme --where usage.input_tokens=12 --json",
      ],
      load: async () => (await import("./list.ts")).tracesListCommand,
    },
    {
      name: "show",
      summary: "one call: its messages, its answer, what was said of it",
      args: [trace],
      flags: folderFlags,
      examples: ["dao-opt traces show tr_4f2a", "dao-opt traces show tr_4f2a --json"],
      load: async () => (await import("./show.ts")).tracesShowCommand,
    },
    {
      name: "tail",
      summary: "calls as they are recorded, until Ctrl-C; with --json a line each",
      flags: folderFlags,
      own: [...filterFlags, ["--limit <n>", "begin with so many that are there already (default: 10)"]],
      examples: ["dao-opt traces tail", "dao-opt traces tail --error --json | jq .error"],
      load: async () => (await import("./tail.ts")).tracesTailCommand,
    },
    {
      name: "export",
      summary: "write calls to a file or to stdout, oldest first",
      flags: folderFlags,
      own: [
        [
          "--format <name>",
          "jsonl (traces as they are), csv, openai (fine-tuning) or dataset (default: jsonl)",
        ],
        ["--output <file>", "write to this file instead of stdout"],
        ["--safe", "csv: an apostrophe before texts that a spreadsheet would take for formulas"],
        ...filterFlags,
        ["--limit <n>", "at most so many"],
      ],
      examples: [
        "dao-opt traces export --since 7d > week.jsonl",
        "dao-opt traces export --prompt x --format dataset --output rows.jsonl",
      ],
      load: async () => (await import("./export.ts")).tracesExportCommand,
    },
    {
      name: "delete",
      summary: "take calls out of the files for good",
      args: [["[traces...]", "ids, event ids or feedback keys"]],
      flags: folderFlags,
      own: [...filterFlags, ["--yes", "do not ask"]],
      examples: ["dao-opt traces delete tr_4f2a", "dao-opt traces delete --until 90d --yes"],
      load: async () => (await import("./delete.ts")).tracesDeleteCommand,
    },
  ],
};

/** `feedback`: what somebody thinks of an answer. */
export const feedbackSpec: CommandSpec = {
  name: "feedback",
  summary: "rate a recorded answer, or say what it should have been",
  args: [trace],
  flags: folderFlags,
  own: [
    ["--rating <number>", "0 (wrong) to 1 (right)"],
    [
      "--better <text>",
      "the answer there should have been: it becomes the expected answer of the dataset's row",
    ],
    ["--comment <text>", "why"],
    ["--by <name>", "who says so"],
    ["--take-back", "take back what was said so far"],
  ],
  examples: [
    'dao-opt feedback tr_4f2a --rating 0.2 --better "negative"',
    "dao-opt feedback tr_4f2a --take-back",
  ],
  load: async () => (await import("./feedback.ts")).feedbackCommand,
};
