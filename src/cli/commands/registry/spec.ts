import type { CommandSpec } from "../../command-spec.ts";
import { mlflowSpecs } from "./mlflow-spec.ts";
import { referenceArgument, registryFlags } from "./shared-spec.ts";

const environmentFlag = ["--environment <name>", "environment to change (default: the first one)"] as const;
const noteFlag = ["--note <text>", "reason, kept in the history"] as const;

export const registrySpec: CommandSpec = {
  name: "registry",
  summary: "manage prompts, their versions and environments",
  examples: ["dao-opt registry list", "dao-opt registry deploy main/default/x@2 --environment production"],
  commands: [
    {
      name: "list",
      summary: "list prompts with their latest version, environments and score",
      flags: registryFlags,
      own: [
        ["--folder <path>", "only prompts under this folder"],
        ["--environment <name>", "only prompts deployed to this environment"],
        ["--tag <key=value>", "only prompts with this tag (key or key=value)"],
        ["--limit <n>", "prompts per page (default: 50 on a terminal, else all)"],
        ["--page <n>", "page number (default: 1)"],
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
      summary: "show a version",
      args: [referenceArgument],
      flags: registryFlags,
      own: [["--raw", "print only the template"]],
      examples: [
        "dao-opt registry show main/default/x",
        "dao-opt registry show main/default/x@production --raw",
      ],
      load: async () => (await import("./history.ts")).registryShowCommand,
    },
    {
      name: "history",
      summary: "list all versions of a prompt and their deployments",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      examples: ["dao-opt registry history main/default/x", "dao-opt registry history main/default/x --json"],
      load: async () => (await import("./history.ts")).historyCommand,
    },
    {
      name: "diff",
      summary: "compare two versions word by word",
      args: [
        ["<before>", "first version"],
        ["<after>", "second version"],
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
      summary: "deploy a version to an environment",
      args: [referenceArgument],
      flags: registryFlags,
      own: [
        environmentFlag,
        ["--new", "create the environment even if its name is similar to an existing one"],
        noteFlag,
        ["--force", "deploy a version that did not pass the gate; requires --note"],
      ],
      examples: [
        "dao-opt registry deploy main/default/x@2",
        'dao-opt registry deploy x@2 --environment staging --note "trial"',
      ],
      load: async () => (await import("./deploy.ts")).deployCommand,
    },
    {
      name: "rollback",
      summary: "redeploy the previous version of an environment",
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
      summary: "remove a prompt from an environment",
      args: [["<path>", "path of the prompt"]],
      flags: registryFlags,
      own: [["--environment <name>", "environment to clear (default: the first one)"], noteFlag],
      examples: ["dao-opt registry undeploy main/default/x --environment staging"],
      load: async () => (await import("./deploy.ts")).undeployCommand,
    },
    {
      name: "upsert",
      summary:
        "register a version from a .prompt, YAML or JSON file; equal content returns the existing version",
      args: [["<file>", ".prompt, .yaml or .json file (- for standard input)"]],
      flags: registryFlags,
      own: [
        ["--path <path>", "path of the prompt, if the file has none"],
        ["--version-name <name>", "version name, unique within the prompt"],
        ["--version-description <text>", "what changed and why"],
        [
          "--model-entry <key>",
          "config key of the model to call it with (default: the model of --config with the same name)",
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
      summary: "set or remove the name of a version",
      args: [referenceArgument, ["[name]", "new name, unique within the prompt"]],
      flags: registryFlags,
      own: [
        ["--remove", "remove the name"],
        ["--version-description <text>", "version description; an empty text removes it"],
      ],
      examples: [
        "dao-opt registry rename-version main/default/x@2 shorter-labels",
        "dao-opt registry rename-version x@shorter-labels --remove",
      ],
      load: async () => (await import("./move.ts")).renameVersionCommand,
    },
    {
      name: "move",
      summary: "move a prompt to another path; its id, versions and history are kept",
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
      summary: "delete a version that is not deployed, or a prompt with all its versions",
      args: [["<reference>", "path@3, path@name or prv_… for a version; path or pr_… for a prompt"]],
      flags: registryFlags,
      own: [["--yes", "confirm the deletion of a whole prompt"]],
      examples: ["dao-opt registry delete main/default/x@3", "dao-opt registry delete main/default/x --yes"],
      load: async () => (await import("./delete.ts")).deleteCommand,
    },
    {
      name: "export",
      summary: "export the whole registry to one JSON file",
      args: [["[file]", "file to write (default: standard output)"]],
      flags: registryFlags,
      examples: [
        "dao-opt registry export registry.json",
        "dao-opt registry export | gzip > registry.json.gz",
      ],
      load: async () => (await import("./transfer.ts")).registryExportCommand,
    },
    {
      name: "import",
      summary:
        "import a registry export, a Humanloop export folder (ids are kept) or a prompt file of another tool",
      args: [
        ["<source>", "JSON file from registry export (- for standard input), a folder, or a prompt file"],
      ],
      flags: registryFlags,
      own: [["--path <path>", "path of the prompt, for a prompt file that has no name"]],
      examples: [
        "dao-opt registry import registry.json",
        "dao-opt registry import exports/20250901-101500 --registry prompts",
        "dao-opt registry import classifier.prompty --path main/default/classifier",
      ],
      load: async () => (await import("./transfer.ts")).importCommand,
    },
    ...mlflowSpecs,
    {
      name: "environment",
      summary: "list and add environments",
      examples: ["dao-opt registry environment list", "dao-opt registry environment add staging"],
      commands: [
        {
          name: "add",
          summary: "add an environment to the end of the list",
          args: [["<name>", "for example staging"]],
          flags: registryFlags,
          examples: ["dao-opt registry environment add staging"],
          load: async () => (await import("./environment.ts")).environmentAddCommand,
        },
        {
          name: "list",
          summary: "list environments in order, the default one first",
          flags: registryFlags,
          examples: ["dao-opt registry environment list", "dao-opt registry environment list --json"],
          load: async () => (await import("./environment.ts")).environmentListCommand,
        },
      ],
    },
    {
      name: "types",
      summary: "write a .d.ts file with prompt paths and variables for the library",
      args: [["[file]", "file to write (default: dao-opt-prompts.d.ts; - for standard output)"]],
      flags: registryFlags,
      examples: ["dao-opt registry types", "dao-opt registry types src/prompts.d.ts"],
      load: async () => (await import("./types.ts")).typesCommand,
    },
    {
      name: "verify",
      summary: "check every hash and reference",
      flags: registryFlags,
      own: [["--repair", "set damaged files aside; nothing is deleted"]],
      examples: ["dao-opt registry verify", "dao-opt registry verify --repair"],
      load: async () => (await import("./verify.ts")).verifyCommand,
    },
  ],
};
