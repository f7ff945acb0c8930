import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { FoundPrompt } from "./cells.ts";
import type { BenchEngine, SearchTask } from "./search-task.ts";

const run = promisify(execFile);
const home = join(tmpdir(), "dao-opt-bench-engines");
const scripts = resolve("test/bench/models");
const gepaVersion = "0.1.4";
const axVersion = "24.0.21";

/** What a script prints. */
interface PeerOutput {
  readonly text: string;
  readonly calls: { readonly target: number; readonly reflection: number };
  readonly seconds: number;
  readonly unseen_answers?: FoundPrompt["unseen_answers"];
}

/** `gepa` from PyPI, in a virtual environment in the system's temporary folder; installed on first use. */
export async function openPeerGepa(): Promise<BenchEngine> {
  const folder = join(home, `gepa-${gepaVersion}`);
  const python = join(folder, "bin", "python");
  if (!existsSync(join(folder, "ready"))) {
    console.error(`installing gepa ${gepaVersion} from PyPI into ${folder} …`);
    await mkdir(home, { recursive: true });
    await run("python3", ["-m", "venv", "--clear", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", `gepa==${gepaVersion}`]);
    await writeFile(join(folder, "ready"), "");
  }
  return {
    versions: { gepa: gepaVersion },
    search: (task) => searchWith([python, join(scripts, "peer_gepa.py")], task),
  };
}

/** AxGEPA of `@ax-llm/ax`, installed in the system's temporary folder on first use. */
export async function openPeerAx(): Promise<BenchEngine> {
  const folder = join(home, `ax-${axVersion}`);
  if (!existsSync(join(folder, "ready"))) {
    console.error(`installing @ax-llm/ax ${axVersion} from the npm registry into ${folder} …`);
    await mkdir(folder, { recursive: true });
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
    await run("npm", ["install", "--prefix", folder, ...quiet, `@ax-llm/ax@${axVersion}`, "zod"]);
    await writeFile(join(folder, "ready"), "");
  }
  return {
    versions: { ax: axVersion },
    search: async (task) => {
      // It keeps no state between sessions.
      await rm(task.folder, { recursive: true, force: true });
      return searchWith(["node", join(scripts, "peer-ax.mjs"), folder], task);
    },
  };
}

async function searchWith(
  [command = "", ...args]: readonly string[],
  task: SearchTask,
): Promise<FoundPrompt> {
  const { cell, suite, instruction, parts, endpoint } = task;
  const isResumed = existsSync(task.folder);
  await mkdir(task.folder, { recursive: true });
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, BENCH_API_KEY: endpoint.apiKey, NO_PROXY: "127.0.0.1,localhost" },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stdin.end(
    JSON.stringify({
      base_url: endpoint.baseUrl,
      target: cell.target,
      reflection: cell.reflection,
      instruction,
      input_lines: suite.inputLines,
      train: parts.train,
      validation: parts.validation,
      unseen: parts.unseen,
      scorer: suite.scorer,
      answer_tokens: suite.maxAnswerTokens,
      reflection_tokens: task.maxReflectionTokens,
      timeout_seconds: task.timeoutSeconds,
      concurrency: task.concurrency,
      calls: cell.budget,
      seed: cell.seed,
      folder: task.folder,
    }),
  );
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  const found = JSON.parse(text.trim().split("\n").at(-1) ?? "") as PeerOutput;
  const { target, reflection } = found.calls;
  return {
    // ax has no lines for the input: its answers to the unseen rows come with the text.
    text: found.unseen_answers === undefined ? `${found.text}\n${suite.inputLines}` : found.text,
    calls: { search: target + reflection, gate: 0, target, reflection },
    held_out: null,
    verdict: null,
    stopped: null,
    seconds: found.seconds,
    is_resumed: isResumed,
    ...(found.unseen_answers === undefined ? {} : { unseen_answers: found.unseen_answers }),
  };
}
