import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The part of esbuild that is used here. */
interface Builder {
  buildSync(options: object): { readonly outputFiles: readonly { readonly text: string }[] };
}

/** The script of all pages. Empty inside a bundle of somebody else's: pages work without it. */
export function readPageScript(from = import.meta.url): string {
  if (from.endsWith(".ts")) return builtFromSource(new URL("../scripts/page.ts", from));
  // The bundle's entry files are next to the script; its shared chunks are one folder below.
  const places = ["./page.js", "../page.js"].map((place) => fileURLToPath(new URL(place, from)));
  const file = places.find((path) => existsSync(path));
  return file === undefined ? "" : readFileSync(file, "utf8");
}

/** The build tools are always installed next to the sources. */
function builtFromSource(source: URL): string {
  const { buildSync } = createRequire(source)("esbuild") as Builder;
  const built = buildSync({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
}
