import type { Dataset } from "../contracts/dataset-store.ts";
import type { LanguageModel } from "../contracts/language-model.ts";
import type { ScorerSpec } from "../contracts/scorer.ts";
import type { Example } from "../core/data/example.ts";
import { ScorerError, UsageError } from "../core/errors.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { isModulePath } from "../plugins/load-module.ts";
import { rowPlace } from "../scorers/expected-answer.ts";
import type { IssueList } from "./issue-list.ts";

const mostRows = 1000;

interface ScoringToCheck {
  readonly dataset: Dataset;
  readonly scorers: readonly ScorerSpec[];
  /** Config path of each scorer's `use`, or of the setting that implies the default scorer. */
  readonly paths: readonly string[];
  readonly catalog: Catalog;
  readonly directory: string;
  readonly issues: IssueList;
  readonly onBadRow: "fail" | "skip";
  readonly warnings: string[];
}

/**
 * Reports rows that a built-in scorer cannot score, whatever the answer. Each scorer rates a made-up answer
 * without calling its judge. User modules are not run.
 */
export async function checkScoring(check: ScoringToCheck): Promise<void> {
  const { dataset, scorers, paths, issues, onBadRow, warnings } = check;
  const rows = dataset.examples.slice(0, mostRows);
  for (const [at, spec] of scorers.entries()) {
    if (isModulePath(spec.use)) continue;
    const faults = await unscorable(rows, spec, check);
    const [first] = faults;
    if (first === undefined) continue;
    const reason = first.message.replace(`: scorer ${spec.use}:`, ":");
    const count = rows.length === dataset.examples.length ? `${rows.length}` : `the first ${rows.length}`;
    const message = `scorer ${spec.use} can score ${rows.length - faults.length} of ${count} rows: ${reason}`;
    if (onBadRow === "skip" && faults.length < rows.length) warnings.push(`${dataset.name}: ${message}`);
    else issues.add(paths[at] ?? "", message, first.hint);
  }
}

async function unscorable(
  rows: readonly Example[],
  { use, options }: ScorerSpec,
  { catalog, directory }: ScoringToCheck,
): Promise<readonly ScorerError[]> {
  const plugin = await catalog.load("scorer", use, directory);
  const read = plugin.options.safeParse(options);
  if (!read.success) return [];
  const scorer = plugin.create(read.data as never, { directory });
  const faults: ScorerError[] = [];
  for (const example of rows) {
    try {
      await scorer.score({ example, output: "a", toolCalls: [], judge: silent });
    } catch (error) {
      if (error instanceof ScorerError && error.message.startsWith(`${rowPlace(example)}:`))
        faults.push(error);
    }
  }
  return faults;
}

/** A row that gets as far as the judge can be scored. */
const silent: LanguageModel = {
  modelId: "none",
  provider: "none",
  complete: async () => {
    throw new UsageError("scorer checks do not call a judge");
  },
};
