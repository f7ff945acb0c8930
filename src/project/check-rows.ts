import type { Config } from "../config/config.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { canonicalJson } from "../core/data/digest.ts";
import { nearDuplicateShare } from "../core/data/near-duplicates.ts";
import type { Split } from "../core/data/split.ts";
import { type DaoOptError, isDaoOptError, TemplateStoppedError } from "../core/errors.ts";
import { conversationOf, templateInputs } from "../core/prompt/conversation.ts";
import { readRowTemplate } from "../core/template/row-template.ts";
import { templateVariables } from "../core/template/template.ts";
import { nearNames } from "../core/text/near-names.ts";
import { checkTemplateUse, literally, placeInTemplate } from "./check-template-use.ts";
import type { IssueList } from "./issue-list.ts";

const fewRows = 20;
const highDuplicateShare = 0.3;
const duplicateSample = 2000;
const variableSample = 1000;
const filledSample = 20;

interface RowsToCheck {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly prompts: readonly PlannedPrompt[];
  readonly issues: IssueList;
  readonly path: string;
  readonly warnings: string[];
  /** True if the user's application answers; it may need no template variable in the rows. */
  readonly isAgent: boolean;
  /** Config path of a prompt's template. */
  readonly templatePath: (prompt: PlannedPrompt) => string;
  readonly config: Pick<Config, "locate">;
}

/**
 * Checks that rows and prompts fit together and that there are enough different rows to train and test on.
 */
export function checkRows(rows: RowsToCheck): void {
  const { dataset, split, issues, path, warnings } = rows;
  const size = dataset.examples.length;
  if (size === 0) {
    issues.add(`${path}.dataset_name`, `dataset ${dataset.name} has no usable rows`);
    return;
  }
  if (!rows.isAgent) {
    checkVariables(rows);
    const first = dataset.examples[0]?.inputs ?? {};
    // The messages of a conversation follow any prompt, so each row is another request.
    const given = conversationOf(first) === undefined ? Object.keys(templateInputs(first)) : [];
    // Skips templates that cannot be rendered: checking them again may take as long.
    if (areFilled(rows)) checkTemplateUse(rows.prompts, given, rows.templatePath, issues, rows.config);
  }
  for (const part of ["train", "validation"] as const) {
    if (split[part].length === 0)
      issues.add(
        path,
        `the ${part} part of dataset ${dataset.name} is empty`,
        "give it a larger share or more rows",
      );
  }
  if (dataset.skipped.length > 0) {
    warnings.push(`${dataset.name}: ${dataset.skipped.length} rows left out (on_bad_row: skip)`);
  }
  if (size < fewRows) {
    warnings.push(
      `${dataset.name}: ${size} rows; under ${fewRows} no gain can be significant. Collect 20 to 50 diverse rows or more`,
    );
    return;
  }
  const share = nearDuplicateShare(
    dataset.examples.slice(0, duplicateSample).map(({ inputs }) => canonicalJson(inputs)),
  );
  if (share > highDuplicateShare) {
    warnings.push(
      `${dataset.name}: ${Math.round(share * 100)} % of the rows are near-duplicates of others; use more diverse rows`,
    );
  }
}

function checkVariables({ dataset, prompts, issues, templatePath, config }: RowsToCheck): void {
  for (const prompt of prompts) {
    if (prompt.templateLanguage === "jinja") continue;
    const wanted = templateVariables(prompt.template, prompt.templateLanguage);
    for (const example of dataset.examples.slice(0, variableSample)) {
      const inputs = templateInputs(example.inputs);
      const missing = wanted.filter((name) => !((name.split(".")[0] as string) in inputs));
      if (missing.length === 0) continue;
      const given = Object.keys(inputs);
      const near = missing.flatMap((name) => nearNames(name, given));
      const place = [example.origin.file, example.origin.line].filter((part) => part !== undefined).join(":");
      issues.add(
        `prompts.${prompt.key}`,
        `the template needs ${missing.join(", ")}, but ${place} gives ${given.join(", ") || "no inputs"}`,
        near.length > 0
          ? `did you mean ${near.join(", ")}?`
          : `map columns under datasets.${dataset.name}.inputs`,
        placeInTemplate(prompt, templatePath(prompt), usesOf(missing), config),
      );
      break;
    }
  }
}

/**
 * A Jinja template may need different variables for different rows, so it is rendered. It is unusable if it
 * fails on each of the first rows, or takes so long that it would on every row.
 */
function areFilled({ dataset, prompts, issues, templatePath }: RowsToCheck): boolean {
  let areAll = true;
  for (const prompt of prompts) {
    if (prompt.templateLanguage !== "jinja") continue;
    const failure = failureToFill(prompt, dataset.examples.slice(0, filledSample));
    if (failure === undefined) continue;
    areAll = false;
    issues.add(templatePath(prompt), failure.message, failure.hint);
  }
  return areAll;
}

function failureToFill(
  { template, templateLanguage }: PlannedPrompt,
  examples: Dataset["examples"],
): DaoOptError | undefined {
  let first: DaoOptError | undefined;
  try {
    const { render } = readRowTemplate(template, templateLanguage);
    for (const { inputs } of examples) {
      try {
        render(inputs);
        return undefined;
      } catch (error) {
        if (!isDaoOptError(error) || error instanceof TemplateStoppedError) throw error;
        first ??= error;
      }
    }
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return error;
  }
  return first;
}

function usesOf(names: readonly string[]): RegExp {
  return new RegExp(`\\{\\{\\s*(${names.map(literally).join("|")})\\s*\\}\\}`);
}
