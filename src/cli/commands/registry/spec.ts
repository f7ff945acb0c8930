import type { CommandSpec } from "../../command-spec.ts";

const reference = [
  "<reference>",
  "path, path/3, path@production, path@latest, path@name, prv_…, or prompts:/…",
] as const;
const registryFlags = ["json", "registry", "config", "debug", "noColor"] as const;

const environmentFlag = ["--environment <name>", "environment to move (default: the first one)"] as const;
const noteFlag = ["--note <text>", "why, for the history"] as const;

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
        ["--limit <n>", "so many prompts to a page (default: 50 on a terminal, else all)"],
        ["--page <n>", "which page, from 1 (default: 1)"],
      ],
      examples: [
        "dao-opt registry list",
        "dao-opt registry list --folder main/default --json",
        "dao-opt registry list --limit 100 --page 2",
      ],
      load: async () => (await import("./list.ts")).registryListCommand,
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
      load: async () => (await import("./show.ts")).registryShowCommand,
    },
    {
      name: "history",
      summary: "all versions of a prompt and where they were deployed",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      examples: ["dao-opt registry history main/default/x", "dao-opt registry history main/default/x --json"],
      load: async () => (await import("./history.ts")).historyCommand,
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
      load: async () => (await import("./diff.ts")).diffCommand,
    },
    {
      name: "deploy",
      summary: "move an environment to a version",
      args: [reference],
      flags: registryFlags,
      own: [
        environmentFlag,
        ["--new", "make the environment, although its name is near that of another"],
        noteFlag,
        ["--force", "deploy although the gate did not pass; needs --note"],
      ],
      examples: [
        "dao-opt registry deploy main/default/x@2",
        'dao-opt registry deploy x@2 --environment staging --note "trial"',
      ],
      load: async () => (await import("./deploy.ts")).deployCommand,
    },
    {
      name: "rollback",
      summary: "move an environment back to the version before",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      own: [environmentFlag, noteFlag],
      examples: [
        "dao-opt registry rollback main/default/x",
        "dao-opt registry rollback x --environment staging",
      ],
      load: async () => (await import("./deploy.ts")).rollbackCommand,
    },
    {
      name: "undeploy",
      summary: "empty an environment of a prompt",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      own: [["--environment <name>", "environment to empty (default: the first one)"], noteFlag],
      examples: ["dao-opt registry undeploy main/default/x --environment staging"],
      load: async () => (await import("./deploy.ts")).undeployCommand,
    },
    {
      name: "upsert",
      summary: "file a version from a .prompt, YAML or JSON file; equal details give the one that is there",
      args: [["<file>", ".prompt, .yaml or .json file; - for standard input"]],
      flags: registryFlags,
      own: [
        ["--path <path>", "path of the prompt, where the input names none"],
        ["--version-name <name>", "name of the version, unique within the prompt"],
        ["--version-description <text>", "what changed, and why"],
        [
          "--model-entry <key>",
          "key of the config's model to call it with (default: the one of --config that has its name)",
        ],
      ],
      examples: [
        "dao-opt registry upsert classifier.prompt --path main/default/x",
        "cat x.prompt | dao-opt registry upsert - --path x --version-name shorter",
      ],
      load: async () => (await import("./upsert.ts")).upsertCommand,
    },
    {
      name: "rename-version",
      summary: "give a version a name, or take it away",
      args: [reference, ["[name]", "new name, unique within the prompt"]],
      flags: registryFlags,
      own: [
        ["--remove", "take the name away"],
        ["--version-description <text>", "describe the version; an empty text takes it away"],
      ],
      examples: [
        "dao-opt registry rename-version main/default/x@2 shorter-labels",
        "dao-opt registry rename-version x@shorter-labels --remove",
      ],
      load: async () => (await import("./rename-version.ts")).renameVersionCommand,
    },
    {
      name: "move",
      summary: "move a prompt with its versions and history to another path; its id stays",
      args: [
        ["<reference>", "path or pr_… of the prompt"],
        ["<path>", "new path"],
      ],
      flags: registryFlags,
      examples: ["dao-opt registry move main/default/x main/archive/x"],
      load: async () => (await import("./move.ts")).moveCommand,
    },
    {
      name: "delete",
      summary: "delete a version (not a deployed one), or a prompt with all its versions",
      args: [["<reference>", "path@3, path@name or prv_… for a version; path or pr_… for the prompt"]],
      flags: registryFlags,
      own: [["--yes", "delete a whole prompt"]],
      examples: ["dao-opt registry delete main/default/x@3", "dao-opt registry delete main/default/x --yes"],
      load: async () => (await import("./delete.ts")).deleteCommand,
    },
    {
      name: "export",
      summary: "write the whole registry as one JSON file",
      args: [["[file]", "file to write (default: standard output)"]],
      flags: registryFlags,
      examples: [
        "dao-opt registry export registry.json",
        "dao-opt registry export | gzip > registry.json.gz",
      ],
      load: async () => (await import("./export.ts")).registryExportCommand,
    },
    {
      name: "import",
      summary: "take in such a file, or Humanloop's export folder; ids are kept",
      args: [["<source>", "JSON file of registry export, - for standard input, or a folder"]],
      flags: registryFlags,
      examples: [
        "dao-opt registry import registry.json",
        "dao-opt registry import exports/20250901-101500 --registry prompts",
      ],
      load: async () => (await import("./import.ts")).importCommand,
    },
    {
      name: "environment",
      summary: "environments of the registry",
      examples: ["dao-opt registry environment list", "dao-opt registry environment add staging"],
      commands: [
        {
          name: "add",
          summary: "add an environment after the others",
          args: [["<name>", "name such as staging"]],
          flags: registryFlags,
          examples: ["dao-opt registry environment add staging"],
          load: async () => (await import("./environment.ts")).environmentAddCommand,
        },
        {
          name: "list",
          summary: "environments in their order, the default one first",
          flags: registryFlags,
          examples: ["dao-opt registry environment list", "dao-opt registry environment list --json"],
          load: async () => (await import("./environment.ts")).environmentListCommand,
        },
      ],
    },
    {
      name: "types",
      summary: "write a .d.ts with the prompts' paths and variables, for the library",
      args: [["[file]", "file to write (default: dao-opt-prompts.d.ts; - for standard output)"]],
      flags: registryFlags,
      examples: ["dao-opt registry types", "dao-opt registry types src/prompts.d.ts"],
      load: async () => (await import("./types.ts")).typesCommand,
    },
    {
      name: "verify",
      summary: "check every hash and pointer",
      flags: registryFlags,
      own: [["--repair", "move what is broken aside; deletes nothing"]],
      examples: ["dao-opt registry verify", "dao-opt registry verify --repair"],
      load: async () => (await import("./verify.ts")).verifyCommand,
    },
  ],
};
