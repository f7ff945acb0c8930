import { dirname, join } from "node:path/posix";
import type { Module } from "./module.ts";

export interface LocalImport {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** The imports of a module that name a file, with the file's path from the project's root. */
export function localImports(module: Module): readonly LocalImport[] {
  return module.imports
    .filter(({ specifier }) => isRelative(specifier))
    .map(({ specifier, line }) => ({ from: module.path, to: join(dirname(module.path), specifier), line }));
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith("./") || specifier.startsWith("../");
}
