import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Config } from "../../src/config/config.ts";
import { type ReadConfigOptions, readConfig } from "../../src/config/read-config.ts";
import { ConfigError, describeIssue } from "../../src/core/errors.ts";

export interface TextOptions extends Partial<Omit<ReadConfigOptions, "cwd">> {
  /** Other files of the folder: path → content. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Reads a config from text, as `config.yaml` in its own folder. */
export async function readText(text: string | Uint8Array, options: TextOptions = {}): Promise<Config> {
  const { files = {}, env = {}, ...rest } = options;
  const cwd = await mkdtemp(join(tmpdir(), "dao-opt-config-"));
  try {
    await writeFile(join(cwd, "config.yaml"), text);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await writeFile(join(cwd, path), content);
    }
    return await readConfig("config.yaml", { env, cwd, ...rest });
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** The mistakes of a config as the terminal shows them; empty if it is valid. */
export async function issuesOf(text: string | Uint8Array, options: TextOptions = {}): Promise<string[]> {
  try {
    await readText(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(describeIssue);
  }
}

/** A valid config for tests to extend. */
export const base = `
resources:
  llms:
    big: &big { name: gpt-4 }
    small: &small { name: gpt-4o-mini }
prompts:
  greeting: &greeting
    default_template: "Hello {{name}}, be kind."
agents:
  greeter: &greeter { model: *small, prompt: *greeting }
datasets:
  people: { path: ./people.jsonl }
`;

/** The same with one optimization. `more` is added to it, each line indented by six. */
export function withOptimization(more = ""): string {
  const lines =
    more.trim() === ""
      ? ""
      : `${more
          .trim()
          .split("\n")
          .map((line) => `      ${line}`)
          .join("\n")}\n`;
  return `${base}optimizations:
  prompt_optimizations:
    kinder:
      agent: *greeter
      dataset_name: people
${lines}`;
}
