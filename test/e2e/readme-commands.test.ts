import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callsTool, readShellBlocks, type ShellBlock } from "../support/readme-commands.ts";
import { openShell, type Shell } from "../support/readme-shell.ts";
import { comparableOutput, matchesShown } from "../support/shown-output.ts";
import { repository, type SpawnedCommand, startCli } from "../support/spawn-cli.ts";
import { createWorkspace } from "../support/workspace.ts";
import { foreignCommands, localised, readmeRules, shellCommands } from "./readme-rules.ts";

// `UPDATE_README=1 npx vitest run --project e2e readme-commands` writes what commands print into the READMEs.
const isUpdating = process.env["UPDATE_README"] === "1";
const writtenAddress = "http://127.0.0.1:4050/v1";

const readmes = ["README.md", "examples/README.md", "config/README.md"]
  .concat(readdirSync(join(repository, "examples")).map((name) => `examples/${name}/README.md`))
  .concat(
    readdirSync(join(repository, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  )
  // Need an MLflow server: the suite `mlflow` runs the example.
  .filter((path) => !/mlflow/.test(path) && existsSync(join(repository, path)));

let server: SpawnedCommand;
let serverUrl: string;

beforeAll(async () => {
  server = startCli(["offline-server", "--port", "0"], { cwd: repository });
  serverUrl = (await server.shows(/http:\S+\/v1/)).trim();
});

afterAll(async () => {
  server.child.kill("SIGINT");
  expect((await server.result).exitCode).toBe(0);
});

test.each(readmes)("%s: every command runs and prints the shown output", async (path) => {
  const workspace = await createWorkspace();
  try {
    mkdirSync(workspace.in(dirname(path)), { recursive: true });
    const shell = openShell(workspace, dirname(path));
    const written = readFileSync(join(repository, path), "utf8");
    const corrections: { readonly from: number; readonly to: number; readonly text: string }[] = [];
    for (const block of readShellBlocks(written)) {
      const printed = await runBlock(path, block, shell);
      if (block.output === undefined) continue;
      const actual = comparableOutput(printed, workspace.folder);
      const shown = comparableOutput(block.output.text, workspace.folder);
      if (isUpdating && !matchesShown(actual, shown)) {
        const text = printed.replaceAll(workspace.folder, "~/dao-opt").replace(/ +$/gm, "").trim();
        corrections.push({ ...block.output, text });
      } else if (!matchesShown(actual, shown)) {
        expect(actual, `${path}:${block.line} shows another output; see the top of this test`).toBe(shown);
      }
    }
    const lines = written.split("\n");
    for (const { from, to, text } of corrections.toReversed()) lines.splice(from, to - from, text);
    const stale = Object.keys(readmeRules[path] ?? {}).filter((command) => !written.includes(command));
    expect(stale, "rules for commands that the page no longer has").toEqual([]);
    if (corrections.length > 0) writeFileSync(join(repository, path), lines.join("\n"));
  } finally {
    await workspace.close();
  }
});

/** Runs a block's commands one after the other and resolves to what they print on stdout. */
async function runBlock(path: string, block: ShellBlock, shell: Shell): Promise<string> {
  let printed = "";
  for (const { text, line } of block.commands) {
    const place = `${path}:${line}  ${text}`;
    const rule = readmeRules[path]?.[text];
    if (rule === undefined && !callsTool(text)) {
      if (foreignCommands.test(text)) continue;
      expect(text, `${place}: neither this tool's nor listed in readme-rules.ts`).toMatch(shellCommands);
    }
    if (rule?.isServer === true) {
      printed += (await server.shows(/[\s\S]*press Ctrl-C to stop\n/)).replaceAll(serverUrl, writtenAddress);
      continue;
    }
    const result = await shell.run(localised(rule?.run ?? text, serverUrl));
    expect(result.exitCode, `${place}\n${result.stdout}\n${result.stderr}`).toBe(rule?.exitCode ?? 0);
    printed += result.stdout;
  }
  return printed;
}
