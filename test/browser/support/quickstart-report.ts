import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository, spawnCli } from "../../support/spawn-cli.ts";

/** The report of a real run, made by the built command with offline models. */
export interface QuickstartReport {
  /** Of the file. */
  readonly address: string;
  /** Where the run was made: the config, its state and its registry. */
  readonly folder: string;
  readonly run: string;
  /** The record as it is on disk. */
  readonly record: {
    readonly optimizations: readonly {
      readonly rows: readonly {
        readonly inputs: { readonly text: string };
        readonly expected: string;
        readonly base: { readonly score: number };
        readonly optimized: { readonly score: number };
      }[];
      readonly candidates: readonly { readonly id: string | null }[];
    }[];
  };
  remove(): void;
}

export async function makeQuickstartReport(): Promise<QuickstartReport> {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-browser-"));
  cpSync(join(repository, "examples/quickstart"), folder, { recursive: true });
  const { exitCode, stderr } = await spawnCli(["run", "config.yaml", "--json"], { cwd: folder });
  if (exitCode !== 0) throw new Error(`the quickstart ended with ${exitCode}:\n${stderr}`);
  const runs = join(folder, ".dao-opt/runs");
  const [run] = readdirSync(runs);
  if (run === undefined) throw new Error("the quickstart left no run");
  return {
    folder,
    address: pathToFileURL(join(runs, run, "report.html")).href,
    run,
    record: JSON.parse(readFileSync(join(runs, run, "record.json"), "utf8")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
