import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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
