import { Option } from "commander";
import { UsageError } from "../core/errors.ts";

/** A flag as data: how it is written, what it says in help, how its text is read. */
export interface Flag {
  readonly flags: string;
  readonly description: string;
  /** Name of the variable that stands in for the flag. */
  readonly env?: string;
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly isList?: boolean;
}

function positiveInteger(name: string) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`${name}: expected a whole number from 1, got "${text}"`);
    return value;
  };
}

function positiveNumber(name: string) {
  return (text: string): number => {
    const value = Number(text.replace(/^\$/, ""));
    if (!(value > 0) || !Number.isFinite(value))
      throw new UsageError(`${name}: expected a number above 0, got "${text}"`);
    return value;
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--seed: expected a whole number, got "${text}"`);
  return value;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `20m`, `90s`, `1h`, `1h30m`; a bare number counts seconds. Milliseconds. */
function parseDurationMs(text: string): number {
  const bare = Number(text);
  if (text.trim() !== "" && Number.isFinite(bare) && bare > 0) return bare * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join("") === text && parts.length > 0;
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
  if (!isWhole || total <= 0)
    throw new UsageError(`--timeout: expected a duration such as 20m, 90s or 1h30m, got "${text}"`);
  return total;
}

/** Every shared flag by name; commands pick theirs. */
export const flags = {
  only: {
    flags: "--only <name...>",
    description: "only these optimizations",
    env: "DAO_OPT_ONLY",
    isList: true,
  },
  dryRun: {
    flags: "--dry-run",
    description: "print the plan with estimates and stop; no network",
    env: "DAO_OPT_DRY_RUN",
  },
  json: { flags: "--json", description: "one JSON document on stdout, nothing else", env: "DAO_OPT_JSON" },
  events: {
    flags: "--events <file>",
    description: "write events as JSON Lines to a file, - for stderr",
    env: "DAO_OPT_EVENTS",
  },
  concurrency: {
    flags: "-j, --concurrency <n>",
    description: "calls under way at once, all models together (default: 8)",
    env: "DAO_OPT_CONCURRENCY",
    parse: positiveInteger("--concurrency"),
  },
  maxCalls: {
    flags: "--max-calls <n>",
    description: "stop this session after so many paid calls (exit 3)",
    env: "DAO_OPT_MAX_CALLS",
    parse: positiveInteger("--max-calls"),
  },
  maxCost: {
    flags: "--max-cost <usd>",
    description: "stop this session before it costs more (exit 3)",
    env: "DAO_OPT_MAX_COST",
    parse: positiveNumber("--max-cost"),
  },
  timeout: {
    flags: "--timeout <duration>",
    description: "stop this session after 20m, 90s, 1h … (exit 3)",
    env: "DAO_OPT_TIMEOUT",
    parse: parseDurationMs,
  },
  seed: {
    flags: "--seed <n>",
    description: "seed of every optimization, over the config's",
    env: "DAO_OPT_SEED",
    parse: wholeNumber,
  },
  resume: {
    flags: "--resume [run]",
    description: "go on with the newest run of this config, or the named one",
    env: "DAO_OPT_RESUME",
  },
  replay: {
    flags: "--replay <run>",
    description: "repeat a run from its journal, with no network",
    env: "DAO_OPT_REPLAY",
  },
  noCache: {
    flags: "--no-cache",
    description: "neither read nor write answers shared by runs",
    env: "DAO_OPT_NO_CACHE",
  },
  set: {
    flags: "--set <path=value>",
    description: "override a config key (repeatable), for example resources.llms.x.name=gpt-4.1",
    env: "DAO_OPT_SET",
    isList: true,
  },
  envFile: {
    flags: "--env-file <file>",
    description: "load variables from this file instead of .env beside the config",
    env: "DAO_OPT_ENV_FILE",
  },
  config: {
    flags: "--config <file>",
    description: "the config to use (default: config.yaml or dao-opt.yaml of this folder)",
  },
  registry: {
    flags: "--registry <dir>",
    description: "registry folder, over the config's",
    env: "DAO_OPT_REGISTRY",
  },
  state: {
    flags: "--state <dir>",
    description: "folder of runs, cache and datasets, over the config's",
    env: "DAO_OPT_STATE",
  },
  junit: { flags: "--junit <file>", description: "write the result as JUnit XML", env: "DAO_OPT_JUNIT" },
  registerAnyway: {
    flags: "--register-anyway",
    description: "register the best candidate even when nothing is proven",
    env: "DAO_OPT_REGISTER_ANYWAY",
  },
  failOn: {
    flags: "--fail-on <verdict>",
    description: "exit 100 on this verdict or a worse one",
    env: "DAO_OPT_FAIL_ON",
    choices: ["regressed", "no_proven_improvement"],
  },
  quiet: { flags: "-q, --quiet", description: "only errors and the result", env: "DAO_OPT_QUIET" },
  verbose: {
    flags: "-v, --verbose",
    description: "tell every candidate and every failed row",
    env: "DAO_OPT_VERBOSE",
  },
  debug: { flags: "--debug", description: "stacks with errors", env: "DAO_OPT_DEBUG" },
  noColor: {
    flags: "--no-color",
    description: "no colour (NO_COLOR does the same)",
    env: "DAO_OPT_NO_COLOR",
  },
  noProgress: { flags: "--no-progress", description: "no progress on stderr", env: "DAO_OPT_NO_PROGRESS" },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** A flag as commander wants it. Parsing is done by `readSettings`, which also knows the environment. */
export function optionOf(flag: Flag): Option {
  const option = new Option(
    flag.flags,
    flag.env === undefined ? flag.description : `${flag.description} [${flag.env}]`,
  );
  if (flag.choices !== undefined) option.choices([...flag.choices]);
  if (flag.isList === true && !option.variadic) {
    option.argParser((text: string, before: readonly string[] = []) => [...before, text]);
  }
  return option;
}

/** The name commander stores a flag under: `--no-cache` is `cache`, `--max-calls` is `maxCalls`. */
export function storedName(flag: Flag): string {
  return new Option(flag.flags).attributeName();
}
