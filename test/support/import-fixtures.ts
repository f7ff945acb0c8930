import { readdirSync } from "node:fs";
import { fixture } from "./import-world.ts";

/** Folders of fixtures whose format has another name. */
const formats: Readonly<Record<string, string>> = {
  "logs/openai-responses": "openai-chat",
  "tools/langfuse-v4": "langfuse",
  "tools/langsmith-experiment": "langsmith-dataset",
  "tools/langsmith-runs": "langsmith",
  "evals/promptfoo-scenarios": "promptfoo",
};
const groups: ReadonlySet<string> = new Set(["logs", "tools", "evals"]);

/** A file in the fixtures of the importers, and the format that it has. */
export interface ImportFixture {
  /** Below the fixtures. */
  readonly path: string;
  readonly format: string;
}

/** All files that are read as one format each; without the folder of a Humanloop export, and tables, which are rows. */
export function importFixtures(): readonly ImportFixture[] {
  const files = readdirSync(fixture(""), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  return files
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(fixture("").length).replace(/^\//, ""))
    .filter((path) => path.includes("/") && !/^(?:humanloop|tables)\//.test(path))
    .map((path) => ({ path, format: formatOf(path) }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function formatOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  const folder = groups.has(first) ? `${first}/${second}` : first;
  return formats[folder] ?? folder.slice(folder.indexOf("/") + 1);
}
