import { dirname, join } from "node:path/posix";
import { isRelative } from "./local-imports.ts";
import type { Module } from "./module.ts";

const maxLines = 250;
const emptyWords = new Set(["util", "helper", "common", "misc", "manager", "base", "impl"]);
const processHomes = ["src/cli/", "src/app-config.ts", "src/registry.ts", "src/client/process-host.ts"];
/** What the SDK's own client is imported by: `import OpenAI from "dao-opt/openai"`. */
const defaultExportHomes = ["src/client/openai.ts"];

export function checkSizes(modules: readonly Module[]): readonly string[] {
  return modules
    .filter(({ lineCount }) => lineCount > maxLines)
    .map(
      ({ path, lineCount }) =>
        `${path} has ${lineCount} lines: over ${maxLines} it holds more than one decision`,
    );
}

export function checkNames(modules: readonly Module[]): readonly string[] {
  const parts = modules.flatMap(({ path }) =>
    path.split("/").map((_, at, all) => all.slice(0, at + 1).join("/")),
  );
  return [...new Set(parts)].flatMap((path) => {
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/(?:\.d)?\.ts$/, "");
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return [`${path} is not named in kebab-case`];
    const word = name.split("-").find((one) => emptyWords.has(one) || emptyWords.has(one.replace(/s$/, "")));
    return word === undefined ? [] : [`${path}: "${word}" is not descriptive; name it after its content`];
  });
}

export function checkDefaultExports(modules: readonly Module[]): readonly string[] {
  const others = modules.filter(({ path }) => !defaultExportHomes.includes(path));
  return others.flatMap(({ path, defaultExportLines }) =>
    defaultExportLines.map((line) => `${path}:${line} has a default export: give it its name`),
  );
}

export function checkProcessGlobals(modules: readonly Module[]): readonly string[] {
  return modules
    .filter(({ path }) => !processHomes.some((home) => path.startsWith(home)))
    .flatMap(({ path, processGlobals, imports }) => [
      ...processGlobals.map(
        ({ name, line }) =>
          `${path}:${line} names the global ${name}: have what it needs handed in by src/cli`,
      ),
      ...imports
        .filter(({ specifier }) => /^(?:node:)?(?:process|console)$/.test(specifier))
        .map(
          ({ specifier, line }) =>
            `${path}:${line} imports ${specifier}: have what it needs handed in by src/cli`,
        ),
    ]);
}

/** Imports of files: relative, inside `src`, of a file that is there, with its real ending. */
export function checkSpecifiers(modules: readonly Module[]): readonly string[] {
  const paths = new Set(modules.map(({ path }) => path));
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const fault = faultOf(path, specifier, paths);
      return fault === undefined ? [] : [`${path}:${line} imports ${specifier}: ${fault}`];
    }),
  );
}

function faultOf(path: string, specifier: string, paths: ReadonlySet<string>): string | undefined {
  if (specifier.startsWith("/") || specifier.startsWith("file:"))
    return "an absolute path is of one machine only";
  if (!isRelative(specifier)) return undefined;
  if (specifier.endsWith(".json")) return undefined;
  if (!specifier.endsWith(".ts")) return "write the file's own ending, .ts";
  const target = join(dirname(path), specifier);
  if (!target.startsWith("src/")) return "it is outside src, which is all that ships";
  return paths.has(target) ? undefined : "there is no such file";
}
