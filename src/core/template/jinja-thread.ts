import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { JsonObject } from "../data/json.ts";
import { UsageError } from "../errors.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template } from "../prompt/prompt.ts";

/** A thread that renders, one job at a time. */
export interface JinjaThread {
  /** Rejects with UsageError for what the template does wrong, and when it had to be stopped. */
  run(job: JinjaJob): Promise<JinjaResult>;
  stop(): Promise<void>;
}

/** The thread stops a template itself after a second; this is for what no script can be stopped in. */
const limitMs = 1500;
const startLimitMs = 10_000;
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

export function startJinjaThread(entry: WorkerEntry): JinjaThread {
  let worker: Worker | undefined;
  let isWarm = false;
  const open = () => {
    isWarm = false;
    const opened =
      "file" in entry
        ? new Worker(entry.file, { resourceLimits })
        : new Worker(entry.text, { eval: true, resourceLimits });
    // An idle thread keeps no process alive.
    opened.unref();
    opened.on("error", () => {
      if (worker === opened) worker = undefined;
    });
    return opened;
  };
  const stop = async () => {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  };
  return {
    stop,
    run(job) {
      const asked = worker ?? open();
      worker = asked;
      return new Promise<JinjaResult>((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          asked.off("message", answered).off("error", failed).off("exit", left);
          asked.unref();
          act();
        };
        const refuse = (reason: string) => () =>
          reject(new UsageError(`the jinja template was stopped: ${reason}`));
        const answered = (result: JinjaResult) => {
          isWarm = true;
          settle(() => resolve(result));
        };
        const failed = (error: NodeJS.ErrnoException) =>
          settle(
            error.code === "ERR_WORKER_OUT_OF_MEMORY"
              ? refuse("it takes too much memory")
              : () => reject(error),
          );
        const left = () => settle(refuse("its thread ended"));
        const timer = setTimeout(
          () => {
            settle(refuse("it could not be rendered within 1 second"));
            void stop();
          },
          isWarm ? limitMs : startLimitMs,
        );
        asked.ref();
        asked.on("message", answered).on("error", failed).on("exit", left);
        asked.postMessage(job);
      });
    },
  };
}

/** What a worker is asked; without inputs it is the template's variables. */
export interface JinjaJob {
  readonly template: Template;
  readonly inputs?: JsonObject;
}

/** What it answers. Errors are those of the user: the worker makes no others. */
export type JinjaResult =
  | { readonly variables: readonly string[] }
  | { readonly messages: readonly ChatMessage[] }
  | { readonly error: { readonly message: string; readonly hint?: string | undefined } };

/** The program of a worker: a file, or its text where the sources run without having been built. */
export type WorkerEntry = { readonly file: string } | { readonly text: string };

/** What is used of esbuild. */
interface Builder {
  buildSync(options: object): { readonly outputFiles: readonly { readonly text: string }[] };
}

/** Undefined where neither is to be had, as in a bundle that somebody made of this package. */
export function findWorkerEntry(from = import.meta.url): WorkerEntry | undefined {
  if (from.endsWith(".ts")) return { text: builtFromSource(new URL("./jinja-worker.ts", from)) };
  // A bundle's own files stand beside the worker, its shared pieces in a folder below.
  const places = ["./jinja-worker.js", "../jinja-worker.js"].map((place) => new URL(place, from));
  const file = places.map((place) => fileURLToPath(place)).find((path) => existsSync(path));
  return file === undefined ? undefined : { file };
}

/** Node runs no TypeScript before version 22, and the tools that build this package are there with its sources. */
function builtFromSource(source: URL): string {
  const { buildSync } = createRequire(source)("esbuild") as Builder;
  const built = buildSync({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
}
