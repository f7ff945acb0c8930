import type { CommandSpec } from "../../command-spec.ts";
import { rowMappingFlags } from "../../session/row-mapping.ts";

const dataset = ["<dataset>", "name of a collected dataset or path of a data file"] as const;
const datasetFlags = ["json", "state", "debug", "noColor"] as const;
const minRating = [
  "--min-rating <n>",
  "only rows with at least this rating (tags.rating, 0 to 1); unrated rows are skipped",
] as const;

export const datasetSpec: CommandSpec = {
  name: "dataset",
  summary: "list, show, merge, split, export and validate datasets",
  examples: ["dao-opt dataset list", "dao-opt dataset stats reviews"],
  commands: [
    {
      name: "list",
      summary: "list collected datasets with their row counts and sizes",
      flags: datasetFlags,
      examples: ["dao-opt dataset list", "dao-opt dataset list --json"],
      load: async () => (await import("./list.ts")).datasetListCommand,
    },
    {
      name: "show",
      summary: "show the rows of a dataset with their ids",
      args: [dataset],
      flags: datasetFlags,
      own: [
        ["--limit <n>", "number of rows to show (default: 10)"],
        ["--id <id...>", "only rows whose id is or starts with one of these"],
      ],
      examples: ["dao-opt dataset show reviews --limit 3", "dao-opt dataset show reviews --id 3fa91c"],
      load: async () => (await import("./list.ts")).datasetShowCommand,
    },
    {
      name: "stats",
      summary: "show row counts, answers, lengths, near duplicates and leaks between parts",
      args: [["<dataset...>", "dataset names or files; several count as parts of one dataset"]],
      flags: datasetFlags,
      own: [["--by <column>", "report values of this column that occur in several parts"]],
      examples: [
        "dao-opt dataset stats reviews",
        "dao-opt dataset stats train.jsonl test.jsonl --by customer_id",
      ],
      load: async () => (await import("./stats.ts")).statsCommand,
    },
    {
      name: "merge",
      summary: "merge rows into a dataset; rows with equal inputs become one",
      args: [
        ["<into>", "dataset name (created if missing) or path of a .jsonl file"],
        ["<from...>", "dataset names or data files"],
      ],
      flags: datasetFlags,
      own: [...rowMappingFlags, minRating],
      examples: [
        "dao-opt dataset merge reviews collected-in-may collected-in-june",
        "dao-opt dataset merge reviews r.csv --inputs text=review --expected label",
      ],
      load: async () => (await import("./merge.ts")).mergeCommand,
    },
    {
      name: "split",
      summary: "split the rows into train, validation and test the way a run does",
      args: [dataset],
      flags: datasetFlags,
      own: [
        ["--train <share>", "share of training rows (default: 0.4; below 100 rows 0.3)"],
        ["--validation <share>", "share of validation rows (default: 0.3; below 100 rows 0.2)"],
        ["--test <share>", "share of test rows (default: 0.3; below 100 rows 0.5)"],
        ["--seed <n>", "seed of the random split (default: 42)"],
        ["--by <column>", "keep rows with equal values of this column in one part"],
        [
          "--output <prefix>",
          "write PREFIX-train, PREFIX-validation and PREFIX-test (default prefix: the dataset name)",
        ],
        ["--force", "overwrite existing datasets"],
      ],
      examples: [
        "dao-opt dataset split reviews",
        "dao-opt dataset split reviews --train 0.6 --validation 0.2 --test 0.2",
      ],
      load: async () => (await import("./split.ts")).splitCommand,
    },
    {
      name: "export",
      summary: "write a dataset in another format",
      args: [dataset],
      flags: datasetFlags,
      own: [
        [
          "--format <format>",
          "jsonl, json, csv, tsv, mlflow, promptfoo, openai-evals, langfuse or langsmith (default: from the file ending)",
        ],
        ["--output <file>", "file to write (default: stdout)"],
        ["--to <target>", "merge into a dataset of MLflow instead: mlflow:NAME or mlflow:ID"],
        ["--safe", "csv, tsv: prefix text that a spreadsheet would run as a formula with an apostrophe"],
        minRating,
      ],
      examples: [
        "dao-opt dataset export reviews --output reviews.csv",
        "dao-opt dataset export reviews --format promptfoo --output tests.yaml",
        "dao-opt dataset export reviews --to mlflow:reviews",
      ],
      load: async () => (await import("./export.ts")).datasetExportCommand,
    },
    {
      name: "validate",
      summary: "check every row; exit 2 if a row is unusable",
      args: [dataset],
      flags: datasetFlags,
      examples: ["dao-opt dataset validate reviews", "dao-opt dataset validate data/reviews.csv --json"],
      load: async () => (await import("./validate.ts")).datasetValidateCommand,
    },
  ],
};
