import { agentRules } from "./rules/agent-rules.ts";
import { datasetRules } from "./rules/dataset-rules.ts";
import { modelRules } from "./rules/model-rules.ts";
import { optimizationRules } from "./rules/optimization-rules.ts";
import { promptRules } from "./rules/prompt-rules.ts";
import type { RuleContext } from "./rules/rule.ts";

const rules = [...modelRules, ...promptRules, ...agentRules, ...datasetRules, ...optimizationRules];

/** Reports everything about a config that no single field can tell. */
export function checkRules(context: RuleContext): void {
  for (const rule of rules) rule(context);
}
