import type { Problems } from "./problems.ts";
import { isTreeMap, type KeyPath, type Tree, type TreeMap, treeAt } from "./tree.ts";

const genieKeys = ["genie_room", "agent_id", "space_id"] as const;
const optimizationsPath = ["optimizations", "prompt_optimizations"] as const;

/**
 * Removes the agents whose model is a Genie room: it answers by itself, so there is no prompt to optimize. Returns
 * their dotted paths. Reports the optimizations of such an agent.
 */
export function leaveOutGenieAgents(tree: TreeMap, problems: Problems): readonly string[] {
  const { agents } = tree;
  const left = isTreeMap(agents) ? Object.keys(agents).filter((key) => isGenieAgent(agents, [key])) : [];
  const names = new Set(left.flatMap((key) => [key, String(treeAt(tree, ["agents", key, "name"]) ?? key)]));
  const optimizations = treeAt(tree, optimizationsPath);
  for (const key of isTreeMap(optimizations) ? Object.keys(optimizations) : []) {
    const agent = treeAt(optimizations, [key, "agent"]);
    if (!(typeof agent === "string" ? names.has(agent) : isGenieAgent(optimizations, [key, "agent"])))
      continue;
    const path = [...optimizationsPath, key];
    problems.report(
      [...path, "agent"],
      "the model of this agent is a Genie room, which has no prompt to optimize",
      "name an agent whose model is an endpoint",
    );
    problems.mute([...path, "agent"]);
  }
  if (isTreeMap(agents)) for (const key of left) delete agents[key];
  return left.map((key) => `agents.${key}`);
}

function isGenieAgent(tree: Tree | undefined, path: KeyPath): boolean {
  const model = treeAt(tree, [...path, "model"]);
  return isTreeMap(model) && genieKeys.some((key) => Object.hasOwn(model, key));
}
