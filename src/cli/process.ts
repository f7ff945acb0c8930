import { setFlagsFromString } from "node:v8";
import { StoreError } from "../core/errors.ts";
import { createProcessCheck, markOf } from "../disk/process-mark.ts";
import type { CliContext, Output } from "./context.ts";
import { exitDone, exitRuntime } from "./exit-codes.ts";
import { main } from "./main.ts";
import { cannotWrite } from "./session/write-file.ts";
import { printableOutput } from "./terminal/wrap.ts";

/** Runs the command line in the real process. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  // `eval` reads long files, and each call leaves about 30 KB of garbage in the old generation, which V8
  // otherwise lets grow to five times the live size: 5,000 calls take 130 MB instead of 215.
  if (argv[0] === "eval") setFlagsFromString("--optimize-for-size");
  let isOutputLost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // EPIPE (`| head`) stops the output but not the work.
    if (error.code === "EPIPE" || isOutputLost) return;
    isOutputLost = true;
    const { message, hint } = cannotWrite("the output", error);
    process.stderr.write(`error: ${message}\n${hint === undefined ? "" : `  → ${hint}\n`}`);
    if (process.exitCode === exitDone) process.exitCode = exitRuntime;
  });
  process.stderr.on("error", () => {});
  const exitCode = await main(argv, processContext());
  process.exitCode = isOutputLost && exitCode === exitDone ? exitRuntime : exitCode;
  await Promise.all([process.stdout, process.stderr].map(written));
  // Do not wait for connections or timers of user modules once the output is written.
  setTimeout(() => process.exit(), graceMs).unref();
}

/** Grace period in milliseconds. */
const graceMs = 250;

/** Resolves when all output is flushed or the reader is gone. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.write("", () => resolve());
  });
}

function processContext(): CliContext {
  return {
    get cwd() {
      return workingFolder();
    },
    env: process.env,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    readStdin,
    ...(process.stdin.isTTY && process.stdout.isTTY ? { ask } : {}),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    onSignal(listener) {
      const onInterrupt = () => listener("SIGINT");
      const onTerminate = () => listener("SIGTERM");
      process.on("SIGINT", onInterrupt);
      process.on("SIGTERM", onTerminate);
      return () => {
        process.off("SIGINT", onInterrupt);
        process.off("SIGTERM", onTerminate);
      };
    },
    exitNow: (code) => process.exit(code),
    get ownProcess() {
      return markOf(process.pid);
    },
    isProcessAlive: createProcessCheck((pid, signal) => process.kill(pid, signal)),
    interruptProcess: (pid) => {
      process.kill(pid, "SIGINT");
    },
    nodeVersion: process.versions.node,
    platform: process.platform,
  };
}

/** Read lazily, so that help and errors work in a deleted folder. Throws StoreError. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new StoreError("the working folder does not exist or is not readable", {
      hint: "change to an existing folder with cd",
      cause,
    });
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      // A prompt or an answer could otherwise clear the screen; files and pipes get it unchanged.
      stream.write(stream.isTTY ? printableOutput(text) : text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    stream,
  };
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D and Ctrl-C give an empty answer.
  const ended = new Promise<string>((resolve) => reader.once("close", () => resolve("")));
  try {
    return await Promise.race([reader.question(question), ended]);
  } finally {
    reader.close();
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
