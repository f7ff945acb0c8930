import { type CommandSpec, configArgument, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";

/** Flags that choose a judge and its labels. */
const labelFlags = [
  ["--scorer <name>", "judge to check: a scorer of the config, or a built-in one (default: the only judge)"],
  ["--labels <file>", "labels of people: rows with inputs, an answer and a verdict"],
  ["--traces", "use the ratings in the trace store as labels"],
  ["--prompt <path>", "with --traces: only calls of this prompt"],
  ["--column <name>", "column with the verdicts; without --labels, a column of the dataset"],
  ["--answer <name>", "column with the answers that were judged (default: found by name)"],
  ["--rater <name>", "use only the labels of this person"],
  ["--scale <low-high>", "scale of the grades, for example 1-5 (default: found from the labels)"],
  ["--pass-label <grade>", "count grades from this one up as pass, others as fail"],
] as const;

export const judgeSpec: CommandSpec = {
  name: "judge",
  summary: "measure how far a judge agrees with people, and improve its instructions",
  examples: [
    "dao-opt judge check config.yaml --labels labels.csv",
    "dao-opt judge align config.yaml --labels labels.csv",
  ],
  commands: [
    {
      name: "check",
      summary: "compare a judge's verdicts with labels of people: agreement, Cohen's kappa, disagreements",
      args: [configArgument],
      flags: [
        "only",
        "dryRun",
        "json",
        ...limitFlags,
        "noCache",
        "answers",
        ...placeFlags,
        "prices",
        "junit",
        ...outputFlags,
      ],
      own: [
        ...labelFlags,
        ["--pass-score <score>", "scores of the judge from this one up are a pass (default: 1)"],
        ["--fail-under <kappa>", "exit 100 if kappa (weighted for grades) is below this value"],
      ],
      examples: [
        "dao-opt judge check config.yaml --scorer correctness --labels labels.csv",
        "dao-opt judge check config.yaml --traces --prompt support/answer",
        "dao-opt judge check config.yaml --column human_verdict --fail-under 0.6",
      ],
      load: async () => (await import("./check.ts")).judgeCheckCommand,
    },
    {
      name: "align",
      summary:
        "optimize a judge's rules on labels of people, and register them if held-out labels agree more",
      args: [configArgument],
      flags: [
        ...(["only", "dryRun", "json", ...limitFlags, "seed", "resume", "noCache", "answers"] as const),
        ...(["registerAnyway", "failOn", "prices", ...placeFlags, ...outputFlags] as const),
      ],
      own: [
        ...labelFlags,
        ["--pass-score <score>", "scores of the judge from this one up are a pass (default: 1)"],
        [
          "--path <path>",
          "registry path of the judge's prompt (default: the scorer's, else judges/<scorer>)",
        ],
      ],
      examples: [
        "dao-opt judge align config.yaml --scorer correctness --labels labels.csv",
        "dao-opt judge align config.yaml --labels labels.csv --max-calls 500",
      ],
      load: async () => (await import("./align.ts")).judgeAlignCommand,
    },
  ],
};
