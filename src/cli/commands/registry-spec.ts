import type { CommandSpec } from "../command-spec.ts";

const reference = [
  "<reference>",
  "path, path/3, path@production, path@latest, path@name, prv_…, or prompts:/…",
] as const;
const registryFlags = ["json", "registry", "debug", "noColor"] as const;

/** `registry …`: prompts, versions and environments. */
export const registrySpec: CommandSpec = {
  name: "registry",
  summary: "look at prompts and their versions, move environments",
  examples: ["dao-opt registry list", "dao-opt registry deploy main/default/x@2 --environment production"],
  commands: [
    {
      name: "list",
      summary: "prompts with their latest version, environments and score",
      flags: registryFlags,
      own: [
        ["--folder <path>", "only prompts under this folder"],
        ["--environment <name>", "only prompts deployed to it"],
        ["--tag <key=value>", "only prompts with this tag (key, or key=value)"],
      ],
      examples: ["dao-opt registry list", "dao-opt registry list --folder main/default --json"],
      load: async () => (await import("./registry/list.ts")).listCommand,
    },
    {
      name: "show",
      summary: "one version",
      args: [reference],
      flags: registryFlags,
      own: [["--raw", "the template alone"]],
      examples: [
        "dao-opt registry show main/default/x",
        "dao-opt registry show main/default/x@production --raw",
      ],
      load: async () => (await import("./registry/show.ts")).showCommand,
    },
    {
      name: "history",
      summary: "all versions of a prompt and where they were deployed",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      examples: ["dao-opt registry history main/default/x", "dao-opt registry history main/default/x --json"],
      load: async () => (await import("./registry/history.ts")).historyCommand,
    },
    {
      name: "diff",
      summary: "two versions, word by word",
      args: [
        ["<before>", "one version"],
        ["<after>", "the other version"],
      ],
      flags: registryFlags,
      examples: [
        "dao-opt registry diff main/default/x/1 main/default/x/2",
        "dao-opt registry diff x@production x@latest",
      ],
      load: async () => (await import("./registry/diff.ts")).diffCommand,
    },
    {
      name: "deploy",
      summary: "move an environment to a version",
      args: [reference],
      flags: registryFlags,
      own: [
        ["--environment <name>", "environment to move (default: production)"],
        ["--note <text>", "why, for the history"],
        ["--force", "deploy although the gate did not pass; needs --note"],
      ],
      examples: [
        "dao-opt registry deploy main/default/x@2",
        'dao-opt registry deploy x@2 --environment staging --note "trial"',
      ],
      load: async () => (await import("./registry/deploy.ts")).deployCommand,
    },
    {
      name: "rollback",
      summary: "move an environment back to the version before",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      own: [
        ["--environment <name>", "environment to move (default: production)"],
        ["--note <text>", "why, for the history"],
      ],
      examples: [
        "dao-opt registry rollback main/default/x",
        "dao-opt registry rollback x --environment staging",
      ],
      load: async () => (await import("./registry/deploy.ts")).rollbackCommand,
    },
    {
      name: "verify",
      summary: "check every hash and pointer",
      flags: registryFlags,
      own: [["--repair", "move what is broken aside; deletes nothing"]],
      examples: ["dao-opt registry verify", "dao-opt registry verify --repair"],
      load: async () => (await import("./registry/verify.ts")).verifyCommand,
    },
  ],
};
