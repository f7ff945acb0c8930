import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOfText } from "../../src/core/data/digest.ts";
import { countTokens, type WireRequest } from "./loopback-answers.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "./loopback-openai.ts";
import type { WireAnswer } from "./loopback-wire.ts";
import { chat } from "./quirks/wire-shapes.ts";
import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";

/** The subject of a request of a field project. */
export interface Asked {
  readonly request: WireRequest;
  readonly index: number;
  /** `small`: the target; `large`: reflection and source. */
  readonly model: string;
  /** Number of the dataset row; undefined for reflections. */
  readonly row: number | undefined;
  /** `accuracy=0.7` in the prompt; 0 without it. */
  readonly accuracy: number;
  /** The answer of a model with that accuracy: right or wrong. */
  readonly answer: string;
  readonly isRight: boolean;
}

/** A project over HTTP with known figures: `accuracy=0.7` in a prompt makes it right on 70 % of rows. */
export interface FieldProject {
  readonly directory: string;
  readonly server: LoopbackOpenAI;
  /** Tests that need other settings change and save it. */
  readonly config: FieldConfig;
  save(): void;
  cli(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** Lines of a dataset below `.dao-opt/datasets`. */
  dataset(name: string): readonly Record<string, unknown>[];
  /** Versions in the registry. */
  versions(): number;
  close(): Promise<void>;
}

export interface FieldConfig {
  readonly resources: { readonly llms: Record<string, Record<string, unknown>> };
  readonly optimizations: { readonly prompt_optimizations: { readonly x: Record<string, unknown> } };
  readonly [key: string]: unknown;
}

export interface FieldOptions {
  /** undefined: the model answers by its accuracy; a reflection proposes `accuracy=0.95`. */
  readonly respond?: (asked: Asked) => WireAnswer | undefined;
  /** Default: 60. */
  readonly rows?: number;
  /** Accuracy of the config's template; default: 0.3. */
  readonly accuracy?: number;
  readonly model?: object;
  readonly optimization?: object;
}

function template(accuracy: number): string {
  return `accuracy=${accuracy} Answer: {{text}}`;
}

const better = `Here is a better prompt:\n\`\`\`\n${template(0.95)}\n\`\`\`\n`;

function read(request: WireRequest, index: number): Asked {
  const text = (request.messages ?? []).map(({ content }) => String(content)).join("\n");
  const model = request.model ?? "";
  const found = /^accuracy=([\d.]+) Answer: row (\d+) says (\w+)$/.exec(text);
  if (found === null)
    return { request, index, model, row: undefined, accuracy: 0, answer: better, isRight: false };
  const [, share = "0", number = "", expected = ""] = found;
  const accuracy = Number(share);
  // A better prompt is right on the same rows, and more.
  const draw = Number.parseInt(digestOfText(`row ${number}`).slice(0, 8), 16) / 2 ** 32;
  const isRight = draw < accuracy;
  return {
    request,
    index,
    model,
    row: Number(number),
    accuracy,
    answer: isRight ? expected : "other",
    isRight,
  };
}

/** An answer with the usage of its text. */
function answer(text: string, request: WireRequest): WireAnswer {
  const asked = (request.messages ?? []).map(({ content }) => String(content)).join("");
  const [input, output] = [countTokens(asked), countTokens(text)];
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  return chat({ content: text, usage });
}

export async function createFieldProject(options: FieldOptions = {}): Promise<FieldProject> {
  const server = await startLoopbackOpenAI({
    respond: (request, index) => {
      const asked = read(request, index);
      return options.respond?.(asked) ?? answer(asked.answer, request);
    },
  });
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-field-")));
  const count = options.rows ?? 60;
  const rows = Array.from({ length: count }, (_, at) => {
    const label = at % 2 === 0 ? "yes" : "no";
    return { inputs: { text: `row ${at} says ${label}` }, expected_response: label };
  });
  const lines = (list: readonly object[]) => list.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(directory, "rows.jsonl"), lines(rows));
  writeFileSync(join(directory, "questions.jsonl"), lines(rows.map(({ inputs }) => ({ inputs }))));
  const model = (name: string) => ({
    name,
    provider: "openai",
    base_url: server.baseUrl,
    retries: 0,
    ...options.model,
  });
  const config: FieldConfig = {
    resources: { llms: { small: model("small"), large: model("large") } },
    prompts: { p: { name: "p", default_template: template(options.accuracy ?? 0.3) } },
    agents: { a: { name: "a", model: "small", prompt: "p" } },
    datasets: { d: { path: "./rows.jsonl" } },
    optimizations: {
      prompt_optimizations: {
        x: {
          name: "x",
          prompt: "p",
          agent: "a",
          dataset_name: "d",
          reflection_model: "large",
          num_candidates: 2,
          max_steps: 2,
          ...options.optimization,
        },
      },
    },
  };
  const save = () => writeFileSync(join(directory, "config.yaml"), JSON.stringify(config, null, 2));
  save();
  return {
    directory,
    server,
    config,
    save,
    cli: (args, given) => runCli(args, { cwd: directory, ...given }),
    dataset: (name) =>
      readFileSync(join(directory, ".dao-opt/datasets", `${name}.jsonl`), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    versions() {
      const folder = join(directory, "prompts");
      mkdirSync(folder, { recursive: true });
      return readdirSync(folder, { recursive: true }).filter((path) => /(^|\/)v\d+\.yaml$/.test(String(path)))
        .length;
    },
    close: () => server.close(),
  };
}
