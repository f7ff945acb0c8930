import { cpSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import tool from "../../package.json" with { type: "json" };
import { goldenFiles } from "./golden-files.ts";
import { createMask } from "./mask-volatile.ts";
import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";
import { serveCli } from "./serve-cli.ts";
import { repository } from "./spawn-cli.ts";

export interface GoldenCase extends Partial<CliOptions> {
  /** Distinguishes cases of one command: `run.dry.json`. */
  readonly variant?: string;
  /** Default: 0. */
  readonly exitCode?: number;
}

/** A copy of an example in which commands run in sequence, each compared with its stored output. */
export interface GoldenProject {
  readonly directory: string;
  /** Runs a command with `--json`; `command` is its words, joined by spaces. */
  json(command: string, args?: readonly string[], options?: GoldenCase): Promise<CliResult>;
  /** Runs a command with `--json` until it prints something, then stops it with Ctrl-C. */
  served(command: string, args?: readonly string[], options?: GoldenCase): Promise<void>;
  expectNoOthers(): void;
}

/** Files that a run leaves behind; a copy does not have them. */
const leftovers = /^[\\/](prompts|\.dao-opt)$/;

/** Commands whose output depends on the day: they warn of shutdowns of models. */
const dated: ReadonlySet<string> = new Set(["validate", "doctor", "models"]);
const beforeShutdowns = {
  now: () => new Date("2026-06-01T12:00:00Z"),
  monotonicMs: () => performance.now(),
};

export function goldenProject(
  example: string,
  {
    env = {},
    source = join("examples", example),
  }: { env?: Readonly<Record<string, string>>; source?: string } = {},
): GoldenProject {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-golden-")));
  const from = join(repository, source);
  cpSync(from, join(directory, example), {
    recursive: true,
    filter: (path) => !leftovers.test(path.slice(from.length)),
  });
  // Several examples use its rows.
  cpSync(join(repository, "examples/quickstart/data"), join(directory, "quickstart/data"), {
    recursive: true,
  });
  const cwd = join(directory, example);
  const golden = goldenFiles(`json/${example}`);
  const mask = createMask({
    [directory]: "<folder>",
    [`dao-opt ${tool.version}`]: "dao-opt <version>",
    [`"${tool.version}"`]: '"<version>"',
    [`"${process.versions.node}"`]: '"<node version>"',
  });
  const nameOf = (command: string, { variant }: GoldenCase) =>
    `${command.replaceAll(" ", "-")}${variant === undefined ? "" : `.${variant}`}.json`;
  return {
    directory: cwd,
    async json(command, args = [], options = {}) {
      const argv = [...command.split(" "), ...args, "--json"];
      const clock = dated.has(command) ? { clock: beforeShutdowns } : {};
      const result = await runCli(argv, { cwd, ...clock, ...options, env: { ...env, ...options.env } });
      expect(result.exitCode, `${argv.join(" ")}\n${result.stdout}\n${result.stderr}`).toBe(
        options.exitCode ?? 0,
      );
      expect(() => result.json, `${argv.join(" ")}: ${result.stdout}`).not.toThrow();
      golden.expect(nameOf(command, options), mask(result.stdout));
      return result;
    },
    async served(command, args = [], options = {}) {
      const argv = [...command.split(" "), ...args, "--json"];
      const server = await serveCli(argv, { cwd, ...options, env: { ...env, ...options.env } });
      const { exitCode, stdout } = await server.stop();
      expect(exitCode).toBe(options.exitCode ?? 0);
      golden.expect(nameOf(command, options), mask(stdout));
    },
    expectNoOthers: golden.expectNoOthers,
  };
}
