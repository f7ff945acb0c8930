import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkCycles } from "./architecture/check-cycles.ts";
import {
  checkDefaultExports,
  checkNames,
  checkProcessGlobals,
  checkSizes,
  checkSpecifiers,
} from "./architecture/check-files.ts";
import { checkFloors, readFloors } from "./architecture/check-floors.ts";
import { checkPackages, packageHomes } from "./architecture/check-packages.ts";
import { parseModules, readSources } from "./architecture/module.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const floors = readFloors(readFileSync(`${root}src/README.md`, "utf8"));

describe("src", () => {
  const modules = parseModules(readSources(root, "src"));

  it("has its floors in src/README.md", () => {
    expect([...floors.entries()]).toEqual([
      ["core", 0],
      ["contracts", 1],
      ["disk", 1],
      ["network", 1],
      ["plugins", 2],
      ["formats", 2],
      ["postgres", 2],
      ["config", 3],
      ["datasets", 3],
      ["models", 3],
      ["scorers", 3],
      ["optimizers", 3],
      ["registry", 3],
      ["traces", 3],
      ["report", 3],
      ["mlflow", 3],
      ["imports", 4],
      ["offline", 4],
      ["project", 5],
      ["run", 6],
      ["calls", 6],
      ["queue", 6],
      ["client", 7],
      ["server", 7],
      ["collect", 7],
      ["cli", 8],
    ]);
  });

  it("has a map whose paths exist", () => {
    const map = readFileSync(`${root}src/README.md`, "utf8");
    const paths = Array.from(map.matchAll(/`([\w-]+(?:\/[\w.-]+)+)`/g), ([, path = ""]) => path);
    const missing = paths.filter(
      (path) => path !== "dao-opt/openai" && !existsSync(`${root}src/${path}`) && !existsSync(root + path),
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it("has a map whose names exist", () => {
    const map = readFileSync(`${root}src/README.md`, "utf8");
    const flows = map.slice(map.indexOf("## Five lines"), map.indexOf("## Floors"));
    const names = Array.from(flows.matchAll(/`([a-z]+[A-Z]\w+)`/g), ([, name = ""]) => name);
    const sources = [...readSources(root, "src").values()].join("\n");
    const missing = names.filter(
      (name) => !new RegExp(`export (?:async )?(?:function|const) ${name}\\b`).test(sources),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it("is read whole, imports included", () => {
    expect(modules.length).toBeGreaterThan(300);
    expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(1000);
  });

  it.each([
    ["imports only from floors below", () => checkFloors(modules, floors)],
    ["has no circle of imports", () => checkCycles(modules)],
    ["imports each package in its home only", () => checkPackages(modules, packageHomes)],
    ["imports files of src by relative path and real ending", () => checkSpecifiers(modules)],
    [
      "names process and console in cli, app-config.ts and the client's host only",
      () => checkProcessGlobals(modules),
    ],
    ["has no default export but the client's", () => checkDefaultExports(modules)],
    ["has no file over 250 lines", () => checkSizes(modules)],
    ["names files and folders in kebab-case, after what they hold", () => checkNames(modules)],
  ])("%s", (_, check) => {
    const problems = check();
    expect(problems, problems.join("\n")).toEqual([]);
  });
});

describe("the checks, on a tree that breaks every rule", () => {
  const parse = (files: Readonly<Record<string, string>>) => parseModules(new Map(Object.entries(files)));

  it("find imports of every kind that go up, sideways or to the top", () => {
    const modules = parse({
      "src/core/up.ts": 'import { run } from "../run/run.ts";\nexport const a = run;\n',
      "src/config/sideways.ts": 'import type { Model } from "../models/model.ts";\nexport type A = Model;\n',
      "src/models/model.ts": 'export type { Row } from "../datasets/row.ts";\nexport interface Model {}\n',
      "src/datasets/row.ts": 'export type Row = import("../project/project.ts").Project;\n',
      "src/project/project.ts": 'export const load = async () => import("../cli/main.ts");\n',
      "src/cli/main.ts":
        'import "../builtins.ts";\nimport { run } from "../run/run.ts";\nexport const b = run;\n',
      "src/run/run.ts":
        'import { all } from "../builtins.ts";\nimport "./other.ts";\nexport const run = all;\n',
      "src/run/other.ts": 'export * from "../index.ts";\n',
      "src/builtins.ts": 'import { row } from "../src/datasets/row.ts";\nimport "./cli/main.ts";\n',
      "src/index.ts": 'export * from "./builtins.ts";\n',
      "src/shelf/thing.ts": "export const thing = 1;\n",
      "src/loose.ts": "export const loose = 1;\n",
    });
    expect(checkFloors(modules, floors)).toEqual([
      "src/shelf/thing.ts stands on no floor: move it, or give its folder a floor in the table of src/README.md",
      "src/loose.ts stands on no floor: move it, or give its folder a floor in the table of src/README.md",
      "src/core/up.ts:1 imports src/run/run.ts: core is on floor 0, run on floor 6, and a folder imports only from floors below",
      "src/config/sideways.ts:1 imports src/models/model.ts: config and models share floor 3, and folders of one floor never import each other",
      "src/models/model.ts:1 imports src/datasets/row.ts: models and datasets share floor 3, and folders of one floor never import each other",
      "src/datasets/row.ts:1 imports src/project/project.ts: datasets is on floor 3, project on floor 5, and a folder imports only from floors below",
      "src/project/project.ts:1 imports src/cli/main.ts: project is on floor 5, cli on floor 8, and a folder imports only from floors below",
      "src/run/run.ts:1 imports src/builtins.ts: only cli, src/app-config.ts, src/index.ts may",
      "src/run/other.ts:1 imports src/index.ts: nothing imports it",
      "src/builtins.ts:2 imports src/cli/main.ts: only the command itself loads cli",
    ]);
  });

  it("find circles, those of types and of one file too, each once", () => {
    const modules = parse({
      "src/core/a.ts": 'import type { C } from "./c.ts";\nimport "./b.ts";\nexport type A = C;\n',
      "src/core/b.ts": 'export * from "./c.ts";\n',
      "src/core/c.ts": 'import type { B } from "./b.ts";\nexport type C = B;\n',
      "src/core/d.ts": 'import "./d.ts";\n',
      "src/core/e.ts": 'import "./a.ts";\n',
    });
    expect(checkCycles(modules)).toEqual([
      "src/core/b.ts → src/core/c.ts → src/core/b.ts: imports run in a circle; move what is shared to a file below",
      "src/core/d.ts → src/core/d.ts: imports run in a circle; move what is shared to a file below",
    ]);
  });

  it("find packages away from home, without one, and homes without a package", () => {
    const modules = parse({
      "src/core/read.ts":
        'import { parse } from "yaml";\nimport "node:fs";\nimport "./b.ts";\nexport { parse };\n',
      "src/config/read.ts": 'import { parse } from "yaml";\nexport { parse };\n',
      "src/configuration/read.ts": 'export * from "@scope/thing/deep/file.js";\nexport * from "yaml/sub";\n',
      "src/index.ts": 'export { z } from "zod";\n',
    });
    expect(checkPackages(modules, { yaml: ["config"], zod: ["index.ts"], chalk: ["cli"] })).toEqual([
      "src/core/read.ts:1 imports yaml, whose home is src/config",
      "src/configuration/read.ts:1 imports @scope/thing, which has no home: name one in test/architecture/check-packages.ts",
      "src/configuration/read.ts:2 imports yaml, whose home is src/config",
      "chalk has a home in test/architecture/check-packages.ts, and no file of src imports it",
    ]);
  });

  it("find paths without an ending, out of src, of one machine, and to nowhere", () => {
    const modules = parse({
      "src/core/a.ts": [
        'import "./b";',
        'import "./b.js";',
        'import "../../test/support/fake-clock.ts";',
        'import "/home/me/b.ts";',
        'import "./c.ts";',
        'import "./b.ts";',
        'import prices from "../../config/prices.json" with { type: "json" };',
        'export const text = `import "./not-an-import";`; // import "./nor-this"',
      ].join("\n"),
      "src/core/b.ts": "export const b = 1;\n",
    });
    expect(checkSpecifiers(modules)).toEqual([
      "src/core/a.ts:1 imports ./b: write the file's own ending, .ts",
      "src/core/a.ts:2 imports ./b.js: write the file's own ending, .ts",
      "src/core/a.ts:3 imports ../../test/support/fake-clock.ts: it is outside src, which is all that ships",
      "src/core/a.ts:4 imports /home/me/b.ts: an absolute path is of one machine only",
      "src/core/a.ts:5 imports ./c.ts: there is no such file",
    ]);
  });

  it("find process and console wherever they are meant, and not where another thing has that name", () => {
    const modules = parse({
      "src/run/run.ts": [
        'import { env } from "node:process";',
        "console.log(env);",
        "export const cwd = () => globalThis.process.cwd();",
        'export const pid = globalThis["process"].pid;',
        "export const all = { process };",
        "export const { argv } = process;",
      ].join("\n"),
      "src/run/fine.ts": [
        "export interface Owner { readonly process: number; console(): void }",
        "export const ownerOf = (owner: Owner) => ({ process: owner.process });",
        "// process.exit() and console.log() of a comment",
        'export const text = "process.env";',
        "export function numberOf({ process: number }: Owner) { return number; }",
      ].join("\n"),
      "src/cli/process.ts": "process.exitCode = 1;\n",
      "src/app-config.ts": "export const pid = process.pid;\n",
      "src/client/process-host.ts": "export const env = process.env;\n",
    });
    expect(checkProcessGlobals(modules)).toEqual([
      "src/run/run.ts:2 names the global console: have what it needs handed in by src/cli",
      "src/run/run.ts:3 names the global process: have what it needs handed in by src/cli",
      "src/run/run.ts:4 names the global process: have what it needs handed in by src/cli",
      "src/run/run.ts:5 names the global process: have what it needs handed in by src/cli",
      "src/run/run.ts:6 names the global process: have what it needs handed in by src/cli",
      "src/run/run.ts:1 imports node:process: have what it needs handed in by src/cli",
    ]);
  });

  it("find default exports in all three forms, but for those of a foreign package", () => {
    const modules = parse({
      "src/core/a.ts": "const a = 1;\nexport default a;\n",
      "src/core/b.ts": "export default function b() {}\n",
      "src/core/c.ts": "const c = 1;\nexport { c as default };\n",
      "src/core/d.ts": 'const text = "export default x";\nexport { text as d };\n',
      "src/client/openai.ts": 'export { a as default } from "./a.ts";\n',
      "src/core/foreign.d.ts":
        'declare module "foreign" {\n  const foreign: string;\n  export default foreign;\n}\n',
    });
    expect(checkDefaultExports(modules)).toEqual([
      "src/core/a.ts:2 has a default export: give it its name",
      "src/core/b.ts:1 has a default export: give it its name",
      "src/core/c.ts:2 has a default export: give it its name",
    ]);
  });

  it("find long files and names that are not descriptive", () => {
    const modules = parse({
      "src/core/long.ts": "export {};\n".repeat(251),
      "src/core/just-right.ts": "export {};\n".repeat(250),
      "src/core/database-row.d.ts": "export {};\n",
      "src/utils/camelCase.ts": "export {};\n",
      "src/run/file-helper.ts": "export {};\n",
    });
    expect(checkSizes(modules)).toEqual([
      "src/core/long.ts has 251 lines: over 250 it holds more than one decision",
    ]);
    expect(checkNames(modules)).toEqual([
      'src/utils: "utils" is not descriptive; name it after its content',
      "src/utils/camelCase.ts is not named in kebab-case",
      'src/run/file-helper.ts: "helper" is not descriptive; name it after its content',
    ]);
  });
});
