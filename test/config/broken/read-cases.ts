import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A broken config: the files of a folder, and the output of `validate` for it. */
export interface BrokenConfig {
  readonly name: string;
  /** The file given to `validate`. */
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: string;
}

const rows = Array.from({ length: 40 }, (_, at) =>
  JSON.stringify({
    inputs: { text: `row ${at} about ${"abcdefghij"[at % 10]}${at * 7919}` },
    expectations: { expected_response: at % 2 === 0 ? "yes" : "no" },
  }),
).join("\n");

/** Sections of a valid config; a case may replace any of them. */
const sound: Readonly<Record<string, string>> = {
  resources: "resources:\n  llms:\n    small: { name: echo, provider: offline }\n",
  prompts: 'prompts:\n  p: { default_template: "Classify {{text}}" }\n',
  agents: "agents:\n  a: { model: small, prompt: p }\n",
  datasets: "datasets:\n  d: { path: ./rows.jsonl }\n",
  optimizations: "optimizations:\n  prompt_optimizations:\n    x: { agent: a, dataset_name: d }\n",
};

/**
 * Cases of a table: `=== name`, then blocks that each start with `--- `: a file's name and its content, or
 * `section prompts` and that section of an otherwise valid config.yaml. The last block is `--- expected`.
 */
export function readCases(table: string): readonly BrokenConfig[] {
  const path = fileURLToPath(new URL(`./${table}.txt`, import.meta.url));
  return readFileSync(path, "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((text) => {
      const [head = "", ...blocks] = text.split(/^--- /m);
      const files: Record<string, string> = {};
      const sections: Record<string, string> = { ...sound };
      let expected = "";
      for (const block of blocks) {
        const end = block.indexOf("\n");
        const [label, content] = [block.slice(0, end), block.slice(end + 1)];
        if (label === "expected") expected = content.trimEnd();
        else if (label.startsWith("section ")) sections[label.slice("section ".length)] = content;
        else files[label] = content;
      }
      const [file = "config.yaml"] = Object.keys(files).filter((name) => !name.startsWith("rows."));
      files["config.yaml"] ??= file === "config.yaml" ? Object.values(sections).join("") : "";
      return { name: head.trim(), file, files: { "rows.jsonl": `${rows}\n`, ...files }, expected };
    });
}
