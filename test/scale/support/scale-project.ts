import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { offlineAnswer } from "../../support/http-project.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../support/loopback-openai.ts";
import { repository } from "../../support/spawn-cli.ts";

export interface ScaleProjectOptions {
  /** What answers a row: a model call, or the user's application. */
  readonly kind?: "model" | "module" | "command" | "http";
  readonly rows?: number;
  readonly latencyMs?: number;
  readonly optimization?: object;
  readonly model?: object;
  /** Paid at this server; default: one of its own. */
  readonly paidAt?: PaidServer;
  readonly server?: LoopbackOptions;
  readonly key?: string;
}

/** The server that answers and counts, and the application in front of it. */
export interface PaidServer {
  readonly server: LoopbackOpenAI;
  readonly applicationUrl: string;
  close(): Promise<void>;
}

export async function startPaidServer(latencyMs = 0, options: LoopbackOptions = {}): Promise<PaidServer> {
  const server = await startLoopbackOpenAI({
    answer: offlineAnswer,
    ...(latencyMs === 0 ? {} : { latency: { fixedMs: latencyMs } }),
    ...options,
  });
  const application = await startApplication(server.baseUrl);
  return {
    server,
    applicationUrl: application.url,
    async close() {
      application.close();
      await server.close();
    },
  };
}

/** A project whose target and reflections are paid for at a counting server. */
export interface ScaleProject {
  readonly directory: string;
  readonly server: LoopbackOpenAI;
  /** Resolves when the server has had this many requests. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Asks the server as the target, and counts as one call. */
const agentText = `
const ask = async ({ inputs, prompts, model }) => {
  const template = Object.values(prompts)[0];
  const text = typeof template === "string" ? template : template.map(({ content }) => content).join("\\n");
  const content = text.replaceAll("{{text}}", inputs.text);
  const response = await fetch(process.env.AGENT_URL ?? model.base_url + "/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: model.name, messages: [{ role: "user", content }] }),
  });
  const body = await response.json();
  return { output: body.choices[0].message.content, usage: { input_tokens: 10, output_tokens: 1 } };
};
`;

export async function createScaleProject(options: ScaleProjectOptions = {}): Promise<ScaleProject> {
  const { kind = "model", latencyMs = 0, rows = 24 } = options;
  const paidAt = options.paidAt ?? (await startPaidServer(latencyMs, options.server));
  const { server } = paidAt;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-scale-")));
  const tweets = readFileSync(join(repository, "examples/quickstart/data/tweets.jsonl"), "utf8").split("\n");
  const step = Math.floor(tweets.length / rows);
  writeFileSync(
    join(directory, "rows.jsonl"),
    `${tweets
      .filter((_, at) => at % step === 0)
      .slice(0, rows)
      .join("\n")}\n`,
  );
  writeFileSync(join(directory, "agent.js"), `${agentText}\nexport default ask;\n`);
  writeFileSync(
    join(directory, "agent-command.mjs"),
    `${agentText}
let text = "";
for await (const chunk of process.stdin) text += chunk;
console.log(JSON.stringify(await ask(JSON.parse(text))));
`,
  );
  const runs = {
    model: undefined,
    module: { module: "./agent.js" },
    command: { command: [process.execPath, "agent-command.mjs"] },
    http: { http: paidAt.applicationUrl },
  };
  const model = (name: string) => ({
    name,
    provider: "openai",
    base_url: server.baseUrl,
    ...(options.key === undefined ? {} : { api_key: options.key }),
    ...options.model,
  });
  const run = runs[kind];
  const config = {
    resources: { llms: { small: model("offline/small"), large: model("offline/large") } },
    prompts: {
      sentiment: {
        name: "sentiment",
        default_template:
          "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n",
      },
    },
    agents: { a: { name: "a", model: "small", prompt: "sentiment", ...(run === undefined ? {} : { run }) } },
    datasets: { d: { path: "./rows.jsonl" } },
    optimizations: {
      prompt_optimizations: {
        x: {
          ...{ name: "x", prompt: "sentiment", agent: "a", dataset_name: "d", reflection_model: "large" },
          num_candidates: 2,
          max_steps: 2,
          ...options.optimization,
        },
      },
    },
  };
  writeFileSync(join(directory, "config.yaml"), JSON.stringify(config, null, 2));
  mkdirSync(join(directory, ".dao-opt"), { recursive: true });
  return {
    directory,
    server,
    reached: (count) => server.reached(count),
    async close() {
      if (options.paidAt === undefined) await paidAt.close();
    },
  };
}

/** The application behind a URL. */
async function startApplication(baseUrl: string) {
  const http = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", async () => {
      const { inputs, prompts, model } = JSON.parse(text);
      const template = Object.values(prompts)[0] as string | { content: string }[];
      const whole =
        typeof template === "string" ? template : template.map(({ content }) => content).join("\n");
      const answer = await fetch(`${baseUrl}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: model.name,
          messages: [{ role: "user", content: whole.replaceAll("{{text}}", inputs.text) }],
        }),
      });
      const body = (await answer.json()) as { choices: { message: { content: string } }[] };
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ output: body.choices[0]?.message.content }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/run`,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}

/** Fields that may differ between a run here and one on workers: times, ids, what a killed worker costs. */
const volatile = new Set([
  ...["run", "seconds", "started_at", "at", "id", "lost_calls", "retries", "plan_digest"],
  ...["latency_ms", "target_latency_ms", "source_latency_ms"],
]);
/** Lost attempts are booked, with estimated tokens. */
const lost = new Set(["input_tokens", "output_tokens", "tokens", "usd", "is_estimated"]);

function stable(value: unknown, isDisturbed: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => stable(one, isDisturbed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      volatile.has(key) || (isDisturbed && lost.has(key)) ? [] : [[key, stable(member, isDisturbed)]],
    ),
  );
}

function newestRun(directory: string): string {
  const folder = join(directory, ".dao-opt", "runs");
  const [newest = ""] = readdirSync(folder)
    .filter((name) => name.startsWith("r_"))
    .sort()
    .reverse();
  return join(folder, newest);
}

export function recordOf(directory: string): {
  readonly status: string;
  readonly optimizations: readonly {
    readonly usage: {
      readonly total: { readonly calls: number; readonly lost_calls: number; readonly retries: number };
    };
  }[];
} {
  return JSON.parse(readFileSync(join(newestRun(directory), "record.json"), "utf8"));
}

/** Record with the winning template, and decisions of the newest run; `isDisturbed` if attempts may have been lost. */
export function resultOf(directory: string, isDisturbed = false) {
  const run = newestRun(directory);
  const read = (name: string) => readFileSync(join(run, name), "utf8").replaceAll(directory, "DIRECTORY");
  return {
    record: stable(JSON.parse(read("record.json")), isDisturbed),
    decisions: read("candidates.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => stable(JSON.parse(line), isDisturbed)),
  };
}
