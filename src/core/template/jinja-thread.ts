import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { JsonObject } from "../data/json.ts";
import { UsageError } from "../errors.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template } from "../prompt/prompt.ts";

/** A thread that renders one job at a time. */
export interface JinjaThread {
  /** Rejects with UsageError if the template fails or has to be stopped. */
  run(job: JinjaJob): Promise<JinjaResult>;
  stop(): Promise<void>;
}

/** The thread stops a template after one second. This limit covers work that `vm` cannot interrupt. */
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
    // An idle thread must not keep the process alive.
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
              ? refuse("it needs too much memory")
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

/** A job for a worker. Without inputs, the worker returns the template's variables. */
export interface JinjaJob {
  readonly template: Template;
  readonly inputs?: JsonObject;
}

/** The worker's reply. Its errors are always mistakes in the user's template. */
export type JinjaResult =
  | { readonly variables: readonly string[] }
  | { readonly messages: readonly ChatMessage[] }
  | { readonly error: { readonly message: string; readonly hint?: string | undefined } };

/** The worker's program: a file, or its source text if the package runs unbuilt. */
export type WorkerEntry = { readonly file: string } | { readonly text: string };

/** The part of esbuild that is used here. */
interface Builder {
  buildSync(options: object): { readonly outputFiles: readonly { readonly text: string }[] };
}

/** Undefined if neither exists, for example inside a user's own bundle of this package. */
export function findWorkerEntry(from = import.meta.url): WorkerEntry | undefined {
  if (from.endsWith(".ts")) return { text: builtFromSource(new URL("./jinja-worker.ts", from)) };
  // The bundle's entry files are next to the worker; its shared chunks are one folder below.
  const places = ["./jinja-worker.js", "../jinja-worker.js"].map((place) => new URL(place, from));
  const file = places.map((place) => fileURLToPath(place)).find((path) => existsSync(path));
  return file === undefined ? undefined : { file };
}

/**
 * Node runs TypeScript only from version 22 on, and the build tools are always installed next to the sources.
 */
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
