import type { Dataset } from "../contracts/dataset-store.ts";
import { isJsonObject, type JsonValue } from "../core/data/json.ts";
import { ScorerError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { expectedToolCalls, rowPlace } from "../scorers/expected-answer.ts";
import type { IssueList } from "./issue-list.ts";

const mostRows = 1000;

/**
 * Reports rows that expect a call of a tool that the model is not offered: no answer could be right. `path`
 * is the config path of the agent.
 */
export function checkTools(
  dataset: Dataset,
  offered: readonly JsonValue[],
  path: string,
  issues: IssueList,
): void {
  const names = offered.flatMap((tool) => toolName(tool) ?? []);
  const missing = new Map<string, string>();
  for (const example of dataset.examples.slice(0, mostRows)) {
    try {
      for (const { name } of expectedToolCalls(example))
        if (!names.includes(name) && !missing.has(name)) missing.set(name, rowPlace(example));
    } catch (error) {
      // Another check reports rows without a call.
      if (!(error instanceof ScorerError)) throw error;
    }
  }
  for (const [name, place] of missing) {
    const [near] = nearNames(name, names);
    const listed = names.length === 0 ? "" : ` (offered: ${names.join(", ")})`;
    issues.add(
      `${path}.tools`,
      `${place} expects a call of ${name}, which the model is not offered`,
      near === undefined ? `add its schema to the tools of the agent${listed}` : `did you mean ${near}?`,
    );
  }
}

function toolName(tool: JsonValue): string | undefined {
  if (!isJsonObject(tool)) return undefined;
  const body = isJsonObject(tool["function"]) ? tool["function"] : tool;
  return typeof body["name"] === "string" ? body["name"] : undefined;
}
