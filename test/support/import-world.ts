import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import {
  type CollectImportOutput,
  collectImportOutputSchema,
} from "../../src/cli/commands/collect/output.ts";
import { type CliResult, runCli } from "./run-cli.ts";

type Record = { readonly [name: string]: unknown };

/** A folder to import into, through the command line. */
export interface ImportWorld {
  readonly cwd: string;
  cli(...argv: readonly string[]): Promise<CliResult>;
  /** `collect import … --json`, checked against its schema; throws stdout if it failed. */
  imported(...argv: readonly string[]): Promise<CollectImportOutput>;
  write(name: string, content: string | Uint8Array): string;
  /** Traces on disk. */
  traces(): readonly Record[];
  rows(dataset: string): readonly Record[];
  /** The traces as exported by `traces export`, with later feedback. */
  listed(): Promise<readonly Record[]>;
}

const fixtures = fileURLToPath(new URL("../imports/fixtures/", import.meta.url));

export function fixture(name: string): string {
  return join(fixtures, name);
}

export function createImportWorld(): ImportWorld {
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-import-"));
  const cli = (...argv: readonly string[]) => runCli(["collect", "import", ...argv], { cwd });
  return {
    cwd,
    cli,
    async imported(...argv) {
      const { exitCode, stdout, stderr } = await cli(...argv, "--json");
      if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stdout}${stderr}`);
      const printed: unknown = JSON.parse(stdout);
      const output = collectImportOutputSchema.parse(printed);
      // Parsing leaves out fields that the schema does not name.
      expect(output).toEqual(printed);
      return output;
    },
    write(name, content) {
      writeFileSync(join(cwd, name), content);
      return name;
    },
    traces() {
      const folder = join(cwd, ".dao-opt/traces");
      const days = readdirSync(folder).filter((name) => /^\d.*\.jsonl$/.test(name));
      return days.toSorted().flatMap((name) => linesOf(join(folder, name)));
    },
    async listed() {
      const { stdout } = await runCli(["traces", "export"], { cwd });
      return stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    },
    rows: (dataset) => linesOf(join(cwd, `.dao-opt/datasets/${dataset}.jsonl`)),
  };
}

function linesOf(path: string): readonly Record[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
