import { type ChildProcess, spawn } from "node:child_process";
import type { AgentInput } from "../../contracts/agent.ts";
import type { AgentAttempt } from "../../contracts/worker-pool.ts";
import { AgentError } from "../../core/errors.ts";
import { readAnswerText, withAgentDeadline } from "./agent-answer.ts";

/**
 * Runs the user's application as a program: one process per row, with `{inputs, prompts, model}` as JSON on stdin
 * and the answer on stdout. The process inherits this environment and is killed on timeout.
 */
export function createCommandAttempts(
  command: readonly string[],
  directory: string,
  timeoutMs: number,
): { readonly attempt: AgentAttempt; readonly close: () => Promise<void> } {
  const running = new Set<ChildProcess>();
  const who = `agent "${command.join(" ")}"`;

  async function runOnce(input: AgentInput, signal: AbortSignal): Promise<string> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { cwd: directory, stdio: "pipe" });
    running.add(child);
    const stop = () => end(child);
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await answerOf(child, JSON.stringify(input), who);
    } finally {
      running.delete(child);
      signal.removeEventListener("abort", stop);
    }
  }
  return Object.freeze({
    attempt: (input: AgentInput, { signal }: { readonly signal?: AbortSignal | undefined }) =>
      withAgentDeadline({ who, timeoutMs, signal }, async (inner) => {
        const startedAt = performance.now();
        const text = await runOnce(input, inner);
        return readAnswerText(text, who, performance.now() - startedAt);
      }),
    async close() {
      for (const child of running) end(child);
    },
  });
}

const graceMs = 2_000;

/** Sends SIGTERM, then SIGKILL. Closes the pipes, because a grandchild may keep them open. */
function end(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (!child.kill("SIGTERM")) return;
  const insist = setTimeout(() => child.kill("SIGKILL"), graceMs);
  child.once("exit", () => clearTimeout(insist));
}

function answerOf(child: ChildProcess, input: string, who: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (stream: ChildProcess["stdout"]): (() => string) => {
      let text = "";
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      return () => text;
    };
    const stdout = read(child.stdout);
    const stderr = read(child.stderr);
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "ENOENT" ? "no such program or directory" : cause.message;
      reject(
        new AgentError(`${who} could not be started: ${reason}`, {
          hint: "check run.command",
          billing: "none",
          cause,
        }),
      );
    });
    child.once("close", (status, killedBy) => {
      if (status === 0) return resolve(stdout());
      const how = killedBy === null ? `exit status ${status}` : `ended by ${killedBy}`;
      reject(new AgentError(`${who} failed (${how})${lastLines(stderr())}`));
    });
    // A program may answer without reading its input and close the pipe during the write.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

const linesShown = 5;

function lastLines(text: string): string {
  const lines = text.trimEnd().split("\n").slice(-linesShown).join("\n").trim();
  return lines === "" ? "" : `: ${lines}`;
}
