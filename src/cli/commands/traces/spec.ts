import type { CommandSpec } from "../../command-spec.ts";

const folderFlags = ["json", "state", "debug", "noColor"] as const;
const filterFlags = [
  ["--since <when>", "started at or after a time: 2026-11-21, 2026-11-21T09:30Z, or an age such as 2h or 7d"],
  ["--until <when>", "started before this time"],
  ["--prompt <prompt>", "path or name of the prompt, a prv_… id, or a folder with a trailing slash"],
  ["--model <model>", "sent to this model"],
  ["--chat <id>", "calls of this conversation, in order"],
  ["--chain <id>", "calls of this job, in order"],
  ["--environment <name>", "with this environment"],
  ["--user <user>", "with this user"],
  ["--error", "failed calls only"],
  ["--no-error", "successful calls only"],
  ["--rating <condition>", 'condition on the latest rating: "<0.5", ">=0.8", "1"'],
  ["--where <key=value...>", "match a field by its dotted key or a metadata key (repeatable)"],
  ["--search <words>", "words in the inputs, messages or output"],
] as const;
const trace = ["<trace>", "trace id (or the start of a recent one), event id or feedback key"] as const;

export const tracesSpec: CommandSpec = {
  name: "traces",
  summary: "list, show, export and delete recorded calls",
  examples: ["dao-opt traces list --since 2h", "dao-opt traces tail --error"],
  commands: [
    {
      name: "init",
      summary: "create or update the tables of a PostgreSQL database (`state.traces`; safe to repeat)",
      flags: ["json", "envFile", "debug", "noColor"],
      examples: ["dao-opt traces init", "dao-opt traces init --config config.yaml --json"],
      load: async () => (await import("./init.ts")).tracesInitCommand,
    },
    {
      name: "list",
      summary: "list recorded calls, newest first (calls of a chat or chain in order)",
      flags: folderFlags,
      own: [
        ...filterFlags,
        ["--limit <n>", "maximum number of calls (default: 50; all for a chat or chain; 0: all)"],
      ],
      examples: [
        "dao-opt traces list --since 2h --error",
        'dao-opt traces list --prompt main/default/x --rating "<0.5"',
        "dao-opt traces list --where tenant=acme --where usage.input_tokens=12 --json",
      ],
      load: async () => (await import("./list.ts")).tracesListCommand,
    },
    {
      name: "show",
      summary: "show a call: messages, answer and feedback",
      args: [trace],
      flags: folderFlags,
      examples: ["dao-opt traces show tr_4f2a", "dao-opt traces show tr_4f2a --json"],
      load: async () => (await import("./list.ts")).tracesShowCommand,
    },
    {
      name: "tail",
      summary: "print calls as they are recorded, until Ctrl-C; with --json one per line",
      flags: folderFlags,
      own: [...filterFlags, ["--limit <n>", "number of earlier calls to print first (default: 10)"]],
      examples: ["dao-opt traces tail", "dao-opt traces tail --error --json | jq .error"],
      load: async () => (await import("./tail.ts")).tracesTailCommand,
    },
    {
      name: "export",
      summary: "write calls to a file or stdout, oldest first",
      flags: folderFlags,
      own: [
        [
          "--format <name>",
          "jsonl (unchanged traces), csv, openai (fine-tuning) or dataset (default: jsonl)",
        ],
        ["--output <file>", "write to this file instead of stdout"],
        ["--safe", "csv: prefix text that a spreadsheet would run as a formula with an apostrophe"],
        ...filterFlags,
        ["--limit <n>", "maximum number of calls"],
      ],
      examples: [
        "dao-opt traces export --since 7d > week.jsonl",
        "dao-opt traces export --prompt x --format dataset --output rows.jsonl",
      ],
      load: async () => (await import("./export.ts")).tracesExportCommand,
    },
    {
      name: "delete",
      summary: "delete calls permanently",
      args: [["[traces...]", "ids, event ids or feedback keys"]],
      flags: folderFlags,
      own: [...filterFlags, ["--yes", "do not ask for confirmation"]],
      examples: ["dao-opt traces delete tr_4f2a", "dao-opt traces delete --until 90d --yes"],
      load: async () => (await import("./delete.ts")).tracesDeleteCommand,
    },
  ],
};

export const feedbackSpec: CommandSpec = {
  name: "feedback",
  summary: "rate a recorded answer or give a better one",
  args: [trace],
  flags: folderFlags,
  own: [
    ["--rating <number>", "0 (wrong) to 1 (right)"],
    ["--better <text>", "better answer; becomes the expected answer of the dataset row"],
    ["--comment <text>", "reason for the rating"],
    ["--by <name>", "who gives the feedback"],
    ["--take-back", "remove the feedback given so far"],
  ],
  examples: [
    'dao-opt feedback tr_4f2a --rating 0.2 --better "negative"',
    "dao-opt feedback tr_4f2a --take-back",
  ],
  load: async () => (await import("./feedback.ts")).feedbackCommand,
};
