import { isRelative } from "./local-imports.ts";
import type { Module } from "./module.ts";

/** Package → the folders (or files) of `src` that may import it. */
export type PackageHomes = Readonly<Record<string, readonly string[]>>;

/** Foreign errors are translated where a package is imported, so each has as few homes as can be. */
export const packageHomes: PackageHomes = {
  "@hono/node-server": ["server"],
  "@hono/zod-openapi": ["server"],
  "@huggingface/jinja": ["core"],
  "@streamparser/json": ["datasets", "formats/json-lines.ts"],
  ajv: ["scorers/json"],
  "ajv-formats": ["scorers/json"],
  "approx-string-match": ["scorers/text"],
  "card-validator": ["traces/redaction"],
  chalk: ["cli"],
  "cli-table3": ["cli"],
  commander: ["cli"],
  "csv-parse": ["datasets/formats"],
  "csv-stringify": ["datasets/manage/export", "traces/trace-formats.ts"],
  diff: ["core", "optimizers"],
  "fastest-levenshtein": ["core"],
  fflate: ["datasets/formats"],
  hono: ["server"],
  "htmx.org": ["server/page/scripts"],
  hyparquet: ["datasets/formats/parquet.ts"],
  "hyparquet-compressors": ["datasets/formats/parquet.ts"],
  "libphonenumber-js": ["traces/redaction"],
  bullmq: ["queue"],
  ioredis: ["queue"],
  openai: ["models/openai", "client"],
  ora: ["cli"],
  "p-limit": ["models/layers", "queue"],
  pg: ["postgres"],
  protobufjs: ["traces/otlp"],
  re2js: ["scorers/text"],
  "read-excel-file": ["datasets/formats/xlsx.ts"],
  "safe-stable-stringify": ["core"],
  stemmer: ["offline"],
  "fast-string-truncated-width": ["cli"],
  "fast-string-width": ["cli"],
  tlds: ["traces/redaction"],
  undici: ["network", "models", "calls/proxy"],
  "vader-sentiment": ["offline"],
  "fast-wrap-ansi": ["cli"],
  yaml: ["formats/yaml", "config", "datasets", "cli", "collect", "imports"],
  zod: [
    "contracts",
    "plugins",
    "formats",
    "config",
    "models",
    "offline",
    "scorers",
    "optimizers",
    "registry",
    "queue",
    "run",
    "cli",
    "index.ts",
  ],
};

export function checkPackages(modules: readonly Module[], homes: PackageHomes): readonly string[] {
  const imported = new Set<string>();
  const wrong = modules.flatMap(({ path, imports }) =>
    imports.filter(isForeign).flatMap(({ specifier, line }) => {
      const name = packageOf(specifier);
      imported.add(name);
      const folders = homes[name]?.map((home) => `src/${home}`);
      if (folders === undefined)
        return [
          `${path}:${line} imports ${name}, which has no home: name one in test/architecture/check-packages.ts`,
        ];
      if (folders.some((folder) => path === folder || path.startsWith(`${folder}/`))) return [];
      return [`${path}:${line} imports ${name}, whose home is ${folders.join(", ")}`];
    }),
  );
  const idle = Object.keys(homes)
    .filter((name) => !imported.has(name))
    .map(
      (name) => `${name} has a home in test/architecture/check-packages.ts, and no file of src imports it`,
    );
  return [...wrong, ...idle];
}

function isForeign({ specifier }: { readonly specifier: string }): boolean {
  return !isRelative(specifier) && !specifier.startsWith("/") && !specifier.startsWith("node:");
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
