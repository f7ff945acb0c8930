import type { CommandSpec } from "../../command-spec.ts";
import { rowMappingFlags } from "../../session/row-mapping.ts";

const dataset = ["<dataset>", "name of a collected dataset, or path of a data file"] as const;
const datasetFlags = ["json", "state", "debug", "noColor"] as const;
const minRating = [
  "--min-rating <n>",
  "only rows rated at least so (tags.rating, 0 to 1); unrated rows are left out",
] as const;

/** `dataset …`: the rows that optimizations learn from. */
export const datasetSpec: CommandSpec = {
  name: "dataset",
  summary: "look at datasets, merge, split, export and check them",
  examples: ["dao-opt dataset list", "dao-opt dataset stats reviews"],
  commands: [
    {
      name: "list",
      summary: "collected datasets with their rows and size",
      flags: datasetFlags,
      examples: ["dao-opt dataset list", "dao-opt dataset list --json"],
      load: async () => (await import("./list.ts")).datasetListCommand,
    },
    {
      name: "show",
      summary: "rows of a dataset with their ids",
      args: [dataset],
      flags: datasetFlags,
      own: [
        ["--limit <n>", "so many rows (default: 10)"],
        ["--id <id...>", "only the rows with these ids, or ids that begin so"],
      ],
      examples: ["dao-opt dataset show reviews --limit 3", "dao-opt dataset show reviews --id 3fa91c"],
      load: async () => (await import("./show.ts")).datasetShowCommand,
    },
    {
      name: "stats",
      summary: "rows, answers, lengths, near-duplicates, and leaks between parts",
      args: [["<dataset...>", "names or files; several are parts of one dataset"]],
      flags: datasetFlags,
      own: [["--by <column>", "column whose equal values should stand in one part only"]],
      examples: [
        "dao-opt dataset stats reviews",
        "dao-opt dataset stats train.jsonl test.jsonl --by customer_id",
      ],
      load: async () => (await import("./stats.ts")).statsCommand,
    },
    {
      name: "merge",
      summary: "add rows to a dataset; equal inputs become one row",
      args: [
        ["<into>", "name of the dataset, made if it is not there, or path of a .jsonl file"],
        ["<from...>", "names of datasets, or data files"],
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
      summary: "deal the rows into train, validation and test, as a run would",
      args: [dataset],
      flags: datasetFlags,
      own: [
        ["--train <share>", "share of the rows (default: 0.4, and 0.3 under 100 rows)"],
        ["--validation <share>", "share of the rows (default: 0.3, and 0.2 under 100 rows)"],
        ["--test <share>", "share of the rows (default: 0.3, and 0.5 under 100 rows)"],
        ["--seed <n>", "another seed deals otherwise (default: 42)"],
        ["--by <column>", "column whose equal values stay on one side"],
        ["--output <prefix>", "datasets PREFIX-train, PREFIX-validation, PREFIX-test (default: the name)"],
        ["--force", "replace them when they are there"],
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
          "jsonl, json, csv, tsv, mlflow, promptfoo, openai-evals, langfuse, langsmith (default: by the ending)",
        ],
        ["--output <file>", "file to write (default: stdout)"],
        ["--safe", "csv, tsv: an apostrophe before texts that a spreadsheet would take for formulas"],
        minRating,
      ],
      examples: [
        "dao-opt dataset export reviews --output reviews.csv",
        "dao-opt dataset export reviews --format promptfoo --output tests.yaml",
      ],
      load: async () => (await import("./export.ts")).datasetExportCommand,
    },
    {
      name: "validate",
      summary: "check every row; exit 2 when one cannot be used",
      args: [dataset],
      flags: datasetFlags,
      examples: ["dao-opt dataset validate reviews", "dao-opt dataset validate data/reviews.csv --json"],
      load: async () => (await import("./validate.ts")).datasetValidateCommand,
    },
  ],
};
