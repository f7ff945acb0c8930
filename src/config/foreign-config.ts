import { isTreeMap, type Tree } from "./tree.ts";
import type { ForeignFile } from "./yaml/foreign-bytes.ts";

interface Kind {
  readonly name: string;
  /** Top-level keys that all must be there. */
  readonly keys: readonly string[];
  readonly hint?: string;
}

const start = "name a config of dao-opt; `dao-opt init` writes one to start from";

const kinds: readonly Kind[] = [
  {
    name: "a config of the LiteLLM proxy",
    keys: ["model_list"],
    hint: "its models belong under resources.llms: {name, base_url, api_key}; `dao-opt init` writes a config to start from",
  },
  { name: "a GitHub workflow", keys: ["on", "jobs"] },
  { name: "a package.json", keys: ["name", "version", "dependencies"] },
  { name: "a package.json", keys: ["name", "version", "scripts"] },
  { name: "a Docker Compose file", keys: ["services"] },
  { name: "a Kubernetes manifest", keys: ["apiVersion", "kind"] },
  { name: "an OpenAPI description", keys: ["openapi", "paths"] },
  { name: "a JSON schema", keys: ["$schema", "properties"] },
  { name: "a tsconfig.json", keys: ["compilerOptions"] },
  { name: "a Databricks bundle", keys: ["bundle"] },
  { name: "a request to a chat API", keys: ["model", "messages"] },
];

const promptfoo: Kind = {
  name: "a config of promptfoo",
  keys: [],
  hint: "its prompts belong under `prompts`, its providers under resources.llms, its tests under `datasets`; `dao-opt init` writes a config to start from",
};
const own = ["resources", "agents", "optimizations", "datasets"];

/** A file of another program: said once, in place of every key that is unknown here. */
export function foreignConfig(tree: Tree, ignored: readonly string[]): ForeignFile | undefined {
  if (Array.isArray(tree)) {
    const areRows = tree.length > 0 && tree.every((item) => isTreeMap(item));
    const isChat = areRows && tree.every((item) => isTreeMap(item) && "role" in item && "content" in item);
    if (isChat)
      return {
        message: "this is one prompt, and no config",
        hint: "name it as template of an entry of `prompts`",
      };
    return areRows
      ? { message: "these are rows, and no config", hint: "name the file as path of an entry of `datasets`" }
      : undefined;
  }
  if (!isTreeMap(tree) || own.some((key) => key in tree)) return undefined;
  const has = (key: string) => key in tree || ignored.includes(key);
  const isPromptfoo =
    Array.isArray(tree["prompts"]) && ["providers", "tests", "defaultTest", "scenarios"].some(has);
  const kind = isPromptfoo ? promptfoo : kinds.find(({ keys }) => keys.every(has));
  if (kind === undefined) return undefined;
  return { message: `this looks like ${kind.name}, and no config of dao-opt`, hint: kind.hint ?? start };
}
