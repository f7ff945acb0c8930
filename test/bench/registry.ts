// The registry at size: start-up, first page, show, unknown ids, writes.
// Beside each: what it is over the start of the program, and over the same in a registry of one prompt.
// npm run build && node test/bench/run.js registry [--folder DIR] [--prompts 10000] [--versions 20]
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { detailsDigest } from "../../src/formats/prompt-file/normal-form.ts";
import { renderPromptFile } from "../../src/formats/prompt-file/render-prompt-file.ts";
import { newPromptId, versionId } from "../../src/registry/ids.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { renderDeploymentLine } from "../../src/registry/records/deployment-lines.ts";
import { renderPromptYaml } from "../../src/registry/records/prompt-yaml.ts";
import { defaultSettings, renderRegistryYaml } from "../../src/registry/records/registry-yaml.ts";
import { renderVersionYaml } from "../../src/registry/records/version-yaml.ts";

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
if (!existsSync(directory)) generate();

const cli = resolve(values.cli);
const pathOf = (at: number) => `team-${at % 20}/area-${at % 7}/prompt-${String(at).padStart(5, "0")}`;
const alone = mkdtempSync(join(tmpdir(), "bench-registry-alone-"));
const known = await openRegistry(directory).get(`${pathOf(promptCount >> 1)}@${versionCount}`);
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

/** As the registry itself would have written it, without waiting for the disk at every file. */
function generate(): void {
  const startedAt = performance.now();
  const createdAt = "2026-11-20T10:00:00.000Z";
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "registry.yaml"), renderRegistryYaml(defaultSettings(createdAt)));
  for (let at = 0; at < promptCount; at++) {
    const place = join(directory, `team-${at % 20}/area-${at % 7}/prompt-${String(at).padStart(5, "0")}`);
    mkdirSync(place, { recursive: true });
    const id = newPromptId();
    for (let version = 1; version <= versionCount; version++) {
      const template = `Classify the text of case ${at}, try ${version}.\n${"Say why. ".repeat(60)}\n{{text}}`;
      const details = { template, templateLanguage: "default", model: { model: "gpt-4o-mini" } } as const;
      const digest = detailsDigest(details);
      const record = {
        version,
        versionId: versionId(id, digest),
        digest,
        createdAt,
        createdBy: "ada",
        origin: {},
      };
      writeFileSync(join(place, `v${version}.prompt`), renderPromptFile(details));
      writeFileSync(join(place, `v${version}.yaml`), renderVersionYaml(record));
      if (version === 1) {
        const deployment = {
          at: createdAt,
          environment: "production",
          from: null,
          to: 1,
          versionId: record.versionId,
          note: "first version",
        };
        writeFileSync(join(place, "deployments.jsonl"), renderDeploymentLine(deployment));
      }
    }
    writeFileSync(
      join(place, "prompt.yaml"),
      renderPromptYaml({ id, tags: { team: `t${at % 20}` }, createdAt }),
    );
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${promptCount} prompts of ${versionCount} versions written in ${seconds} s`);
}
