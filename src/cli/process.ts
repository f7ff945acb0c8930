import { setFlagsFromString } from "node:v8";
import { StoreError } from "../core/errors.ts";
import { createProcessCheck, markOf } from "../disk/process-mark.ts";
import type { CliContext, Output } from "./context.ts";
import { exitDone, exitRuntime } from "./exit-codes.ts";
import { main } from "./main.ts";
import { cannotWrite } from "./session/write-file.ts";

/** The one place where the real process meets the command line. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  // An evaluation goes over long files. A call leaves some 30 KB of garbage in the old part of the heap, which V8
  // otherwise lets grow to five times what is in use: 5,000 calls take 130 MB instead of 215.
  if (argv[0] === "eval") setFlagsFromString("--optimize-for-size");
  let isOutputLost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that closes early (`| head`) ends the output, not the run's work.
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
  // A user's module may hold a connection or a timer open: it does not keep the process once the result is out.
  setTimeout(() => process.exit(), graceMs).unref();
}

/** Time for whatever ends by itself, in milliseconds. */
const graceMs = 250;

/** Resolves when all that was written has reached the reader, or the reader is gone. */
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
    nodeVersion: process.versions.node,
  };
}

/** Asked for where it is needed: help and errors are told in a folder that is gone, too. Throws StoreError. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new StoreError("the working folder is not there any more, or cannot be read", {
      hint: "change into a folder that is there: cd",
      cause,
    });
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text);
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
  // Ctrl-D and Ctrl-C answer nothing.
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
