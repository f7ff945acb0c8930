import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/spawn-cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const execute = promisify(execFile);
let workspace: Workspace;
let tarball: string;
let project: string;

const npm = (args: readonly string[], cwd: string) =>
  execute("npm", [...args, "--no-audit", "--no-fund"], { cwd, maxBuffer: 1e8 });

beforeAll(async () => {
  workspace = await createWorkspace();
  const { stdout } = await npm(["pack", "--json", "--pack-destination", workspace.in(".")], repository);
  // What `prepack` prints stands before the list.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
  tarball = workspace.in(filename);
  project = workspace.in("user");
  await mkdir(project);
  await writeFile(join(project, "package.json"), "{}\n");
});
afterAll(() => workspace?.close());

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("the packed tarball", () => {
  it("installs within 40 packages and 40 MB, runs no script of ours, and starts", async () => {
    const { stdout, stderr } = await npm(
      ["install", "--foreground-scripts", "--omit=optional", tarball],
      project,
    );
    expect(stdout + stderr).not.toContain("> dao-opt@");
    const { packages } = JSON.parse(await readFile(join(project, "node_modules/.package-lock.json"), "utf8"));
    const megabytes = (await sizeOf(join(project, "node_modules"))) / 1e6;
    const count = Object.keys(packages).length;
    console.log(`production install: ${count} packages, ${megabytes.toFixed(1)} MB`);
    expect(count).toBeLessThanOrEqual(40);
    expect(megabytes).toBeLessThanOrEqual(40);
    const { stdout: version } = await execute(join(project, "node_modules/.bin/dao-opt"), ["--version"]);
    expect(version.trim()).toBe(JSON.parse(await readFile(join(repository, "package.json"), "utf8")).version);
  });

  it.each([
    ["node16", "node16", "use.mts"],
    ["node16", "node16", "use.cts"],
    ["nodenext", "nodenext", "use.mts"],
    ["nodenext", "nodenext", "use.cts"],
    ["esnext", "bundler", "use.ts"],
    ["preserve", "bundler", "use.ts"],
  ])("has types for module %s, resolution %s, in %s", async (module, moduleResolution, file) => {
    const code = [
      'import { defineScorer, openRegistry } from "dao-opt";',
      'import { OpenAI, templateChat } from "dao-opt/openai";',
      'export const registry = openRegistry("./prompts");',
      "export const scorer = defineScorer;",
      "export const client = new OpenAI({ apiKey: 'none' });",
      "export const chat = templateChat;",
      "// @ts-expect-error A path is a text.",
      "openRegistry(1);",
    ];
    await writeFile(join(project, file), `${code.join("\n")}\n`);
    const options = {
      module,
      moduleResolution,
      target: "es2023",
      strict: true,
      noEmit: true,
      types: ["node"],
    };
    const config = {
      compilerOptions: {
        ...options,
        typeRoots: [join(repository, "node_modules/@types")],
        skipLibCheck: true,
      },
      files: [file],
    };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(repository, "node_modules/typescript/bin/tsc");
    const { stdout } = await execute(process.execPath, [compiler, "-p", "."], { cwd: project }).catch(
      (failure: { stdout: string }) => failure,
    );
    expect(stdout).toBe("");
  });

  it.each([
    ["import.mjs", 'import { openRegistry } from "dao-opt"; import { OpenAI } from "dao-opt/openai";'],
    [
      "require.cjs",
      'const { openRegistry } = require("dao-opt"); const { OpenAI } = require("dao-opt/openai");',
    ],
  ])("is loaded by %s", async (file, line) => {
    await writeFile(join(project, file), `${line}\nconsole.log(typeof openRegistry, typeof OpenAI);\n`);
    const { stdout, stderr } = await execute(process.execPath, [file], { cwd: project });
    expect({ stdout, stderr }).toEqual({ stdout: "function function\n", stderr: "" });
  });
});

describe("a git address", () => {
  it("installs, builds once, and starts", async () => {
    const folder = workspace.in("from-git");
    const copy = workspace.in("repository.git");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), "{}\n");
    await execute("git", ["clone", "--quiet", "--bare", repository, copy]);
    const { stdout, stderr } = await npm(["install", "--foreground-scripts", `git+file://${copy}`], folder);
    expect((stdout + stderr).match(/> node esbuild\.config\.js/g) ?? []).toHaveLength(1);
    const { stdout: help } = await execute(join(folder, "node_modules/.bin/dao-opt"), ["run", "--help"]);
    expect(help).toContain("Usage: dao-opt run");
    await rm(folder, { recursive: true });
  });
});
