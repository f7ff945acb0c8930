// The registry at size: start-up, first page, show, unknown ids, writes.
// Beside each: what it is over the start of the program, and over the same in a registry of one prompt.
// npm run build && node test/bench/run.js registry [--folder DIR] [--prompts 10000] [--versions 20]
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { writeRegistry, writtenPath } from "./registry/write-registry.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    prompts: { type: "string", default: "10000" },
    versions: { type: "string", default: "20" },
    cli: { type: "string", default: "bin/dao-opt.js" },
    rounds: { type: "string", default: "9" },
  },
});
const promptCount = Number(values.prompts);
const versionCount = Number(values.versions);
const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), "bench-registry-")));
const directory = join(folder, "prompts");
if (!existsSync(directory)) writeRegistry(directory, { prompts: promptCount, versions: versionCount });

const cli = resolve(values.cli);
const alone = mkdtempSync(join(tmpdir(), "bench-registry-alone-"));
const known = await openRegistry(directory).get(`${writtenPath(promptCount >> 1)}@${versionCount}`);
cpSync(join(directory, "registry.yaml"), join(alone, "registry.yaml"));
cpSync(join(directory, known.path), join(alone, known.path), { recursive: true });

const empty = median(["-e", ""]);
const help = median([cli, "registry", "--help"]);
print("empty node", empty);
print("registry --help (start-up)", help);
for (const [name, args] of [
  ["list, first page (--limit 50)", ["list", "--limit", "50"]],
  ["list, first page as JSON", ["list", "--limit", "50", "--json"]],
  ["list, page 100", ["list", "--limit", "50", "--page", "100"]],
  ["list, all", ["list", "--json"]],
  ["show PATH", ["show", known.path]],
  ["show PATH@production", ["show", `${known.path}@production`]],
  ["show prv_ (known)", ["show", known.versionId]],
  ["show pr_ (known)", ["show", known.promptId]],
  ["show prv_ (unknown)", ["show", `prv_${"A".repeat(21)}`]],
  ["history PATH", ["history", known.path]],
] as const) {
  const inRegistry = (folder: string) => median([cli, "registry", ...args, "--registry", folder]);
  print(name, inRegistry(directory), { help, alone: inRegistry(alone) });
}
rmSync(alone, { recursive: true });
if (values.folder === undefined) rmSync(folder, { recursive: true });

function median(args: readonly string[]): number {
  const times = Array.from({ length: Number(values.rounds) }, () => {
    const startedAt = performance.now();
    spawnSync(process.execPath, args, { stdio: "ignore" });
    return performance.now() - startedAt;
  });
  return times.sort((one, other) => one - other)[times.length >> 1] ?? 0;
}

function print(name: string, ms: number, over?: { readonly help: number; readonly alone: number }): void {
  const difference = (from: number) => (ms - from).toFixed(0).padStart(6);
  const figures =
    over === undefined
      ? ""
      : `${difference(over.help)} ms over start-up ${difference(over.alone)} ms over a registry of one prompt`;
  console.log(`${name.padEnd(34)} ${ms.toFixed(0).padStart(6)} ms ${figures}`.trimEnd());
}
