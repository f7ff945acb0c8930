import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOffline } from "../../src/offline/answer-offline.ts";
import type { WireRequest } from "./loopback-answers.ts";
import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";
import { repository } from "./spawn-cli.ts";

/**
 * A sentiment project whose models are called over HTTP; engine, judge-free scorer and split are built in.
 */
export interface HttpProject {
  readonly directory: string;
  readonly config: Record<string, unknown>;
  save(): void;
  /** `run config.yaml` in this process, isolated from other runs. */
  run(args?: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** Newest first. */
  runs(): readonly string[];
  /** A file of the newest run. */
  read(name: string): string;
}

export interface HttpProjectOptions {
  readonly baseUrl: string;
  /** Default: 50. */
  readonly rows?: number;
  readonly optimization?: object;
  readonly model?: object;
}

/** The rule-based model's answer to a request, which depends only on the request. */
export function offlineAnswer({ model = "", messages = [] }: WireRequest): string {
  const request = messages.map(({ role, content }) => ({ role, content: String(content) }));
  return answerOffline({ model, messages: request as never, parameters: {} }).text;
}

export function createHttpProject(options: HttpProjectOptions): HttpProject {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-http-")));
  const tweets = readFileSync(join(repository, "examples/quickstart/data/tweets.jsonl"), "utf8").split("\n");
  // Every nth row: the file is sorted by label.
  const rows = options.rows ?? 50;
  const step = Math.floor(tweets.length / rows);
  const chosen = tweets.filter((_, at) => at % step === 0).slice(0, rows);
  writeFileSync(join(directory, "rows.jsonl"), `${chosen.join("\n")}\n`);
  const model = (name: string) => ({
    name,
    provider: "openai",
    base_url: options.baseUrl,
    ...options.model,
  });
  const config = {
    resources: { llms: { small: model("offline/small"), large: model("offline/large") } },
    prompts: {
      sentiment: {
        name: "sentiment",
        default_template:
          "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n",
      },
    },
    agents: { a: { name: "a", model: "small", prompt: "sentiment" } },
    datasets: { d: { path: "./rows.jsonl" } },
    optimizations: {
      prompt_optimizations: {
        x: {
          name: "x",
          prompt: "sentiment",
          agent: "a",
          dataset_name: "d",
          reflection_model: "large",
          num_candidates: 3,
          max_steps: 2,
          ...options.optimization,
        },
      },
    },
  };
  const runs = () => {
    const folder = join(directory, ".dao-opt", "runs");
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder).sort().reverse();
  };
  const project: HttpProject = {
    directory,
    config,
    save: () => writeFileSync(join(directory, "config.yaml"), JSON.stringify(config, null, 2)),
    run: (args = [], given) =>
      runCli(["run", "config.yaml", "--no-cache", ...args], { cwd: directory, ...given }),
    runs,
    read: (name) => readFileSync(join(directory, ".dao-opt", "runs", runs()[0] ?? "", name), "utf8"),
  };
  project.save();
  return project;
}

/** All decisions of a run: every candidate with its fate, in order, then the record's result. */
export function decisionsOf(project: HttpProject): {
  readonly candidates: readonly object[];
  readonly results: readonly object[];
} {
  const candidates = project
    .read("candidates.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { at: _at, run: _run, ...event } = JSON.parse(line);
      return event;
    });
  const { optimizations } = JSON.parse(project.read("record.json"));
  const results = optimizations.map((one: Record<string, unknown>) => {
    const { status, scores, prompts, candidates: ranked, rows, stopped, steps } = one;
    return { status, scores, prompts, candidates: ranked, rows, stopped, steps };
  });
  return { candidates, results };
}
