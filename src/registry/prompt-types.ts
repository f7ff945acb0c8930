import type { PromptReader, PromptVersion } from "../contracts/registry.ts";
import { isDaoOptError } from "../core/errors.ts";
import { templateVariables } from "../core/template/template.ts";

/** Output of `registry types`. */
interface PromptTypes {
  /** A TypeScript declaration file. */
  readonly text: string;
  readonly prompts: number;
  /** Prompts whose variables are unknown, with the reason. */
  readonly notes: readonly string[];
}

const head = `// Written by: dao-opt registry types
// Paths of the registry's prompts with their variables, for \`get\` and \`call\` of Registry.
export {};

declare global {
  namespace DaoOpt {
    interface Prompts {
`;
const tail = `    }
  }
}
`;

/**
 * Renders a declaration file with every prompt. `path` has the variables that `call` uses without a selector
 * (the version in the default environment, else the latest); `path@production` and `path@latest` have their
 * own.
 */
export async function promptTypes(registry: PromptReader): Promise<PromptTypes> {
  const [defaultEnvironment] = await registry.environments();
  const summaries = await registry.list();
  const entries: string[] = [];
  const notes: string[] = [];
  for (const { path, latest, environments } of summaries) {
    const versions = new Map<number, PromptVersion>();
    const read = async (number: number) => {
      const version = versions.get(number) ?? (await registry.get(`${path}@${number}`));
      versions.set(number, version);
      return version;
    };
    const deployed = environments[defaultEnvironment ?? ""] ?? latest;
    const keys: readonly (readonly [key: string, version: number])[] = [
      [path, deployed],
      [`${path}@latest`, latest],
      ...Object.entries(environments).map(([name, version]) => [`${path}@${name}`, version] as const),
    ];
    for (const [key, number] of keys) entries.push(...entry(key, await read(number), notes));
  }
  return { text: `${head}${entries.join("")}${tail}`, prompts: summaries.length, notes: [...new Set(notes)] };
}

function entry(key: string, version: PromptVersion, notes: string[]): readonly string[] {
  const name = JSON.stringify(key);
  try {
    const variables = templateVariables(version.template, version.templateLanguage);
    const inputs = variables.map((variable) => `${JSON.stringify(variable)}: Input`).join("; ");
    return [`      ${name}: { inputs: ${inputs === "" ? "Record<string, never>" : `{ ${inputs} }`} };\n`];
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    notes.push(`${version.uri}: cannot determine its variables: ${error.message}`);
    return [`      ${name}: { inputs: Record<string, Input> };\n`];
  }
}
