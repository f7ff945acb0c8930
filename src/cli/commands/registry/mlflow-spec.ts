import type { CommandSpec } from "../../command-spec.ts";
import { referenceArgument, registryFlags } from "./shared-spec.ts";

/** Commands that move versions between the registry and MLflow. */
export const mlflowSpecs: readonly CommandSpec[] = [
  {
    name: "push",
    summary: "push a version to MLflow; one that is there already is found again",
    args: [referenceArgument],
    flags: registryFlags,
    own: [["--alias <name>", "alias to set in MLflow, for example production"]],
    examples: [
      "dao-opt registry push main/default/x@2",
      "dao-opt registry push main/default/x --alias production",
    ],
    load: async () => (await import("./push.ts")).pushCommand,
  },
  {
    name: "pull",
    summary: "store a version from MLflow; equal content returns the existing version",
    args: [["<reference>", "prompts:/name, prompts:/name/3 or prompts:/name@alias"]],
    flags: registryFlags,
    own: [
      [
        "--model <name>",
        "model for a version that names none (default: that of the latest version in the registry)",
      ],
    ],
    examples: [
      "dao-opt registry pull prompts:/main.default.x@production",
      "dao-opt registry pull prompts:/main.default.x/3 --model gpt-4o-mini",
    ],
    load: async () => (await import("./pull.ts")).pullCommand,
  },
];
