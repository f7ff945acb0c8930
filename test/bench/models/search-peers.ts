import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { FoundPrompt } from "./cells.ts";
import type { BenchEngine, SearchTask } from "./search-task.ts";

const run = promisify(execFile);
const home = join(tmpdir(), "dao-opt-bench-engines");
const scripts = resolve("test/bench/models");
const gepaVersion = "0.1.4";

/** What a script prints. */
interface PeerOutput {
  readonly text: string;
  readonly calls: { readonly target: number; readonly reflection: number };
  readonly seconds: number;
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
    text: `${found.text}\n${suite.inputLines}`,
    calls: { search: target + reflection, gate: 0, target, reflection },
    held_out: null,
    verdict: null,
    stopped: null,
    seconds: found.seconds,
    is_resumed: isResumed,
  };
}
