import { Option } from "commander";
import { UsageError } from "../core/errors.ts";
import { Secret } from "../core/text/secret.ts";

/** A flag as data. */
export interface Flag {
  /** In commander's notation: `--max-calls <n>`. */
  readonly flags: string;
  readonly description: string;
  /** Environment variable that sets the flag. */
  readonly env?: string;
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  /** Repeatable. */
  readonly isList?: boolean;
}

function positiveInteger(name: string) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`${name} must be a whole number of at least 1, got "${text}"`);
    return value;
  };
}

function positiveNumber(name: string) {
  return (text: string): number => {
    const value = Number(text.replace(/^\$/, ""));
    if (!(value > 0) || !Number.isFinite(value))
      throw new UsageError(`${name} must be a number greater than 0, got "${text}"`);
    return value;
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--seed must be a whole number, got "${text}"`);
  return value;
}

/** The address may hold a password, so that no record of the flags shows it. */
function queueUrl(name: string) {
  return (text: string): Secret => {
    if (!/^rediss?:\/\//.test(text) || !URL.canParse(text))
      throw new UsageError(`${name} must be an address such as redis://host:6379 or rediss://host:6380`);
    return new Secret(text);
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses `20m`, `90s`, `1h` or `1h30m` to milliseconds; a bare number is seconds. */
function parseDurationMs(text: string): number {
  const bare = Number(text);
  if (text.trim() !== "" && Number.isFinite(bare) && bare > 0) return bare * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join("") === text && parts.length > 0;
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
  if (!isWhole || total <= 0)
    throw new UsageError(`--timeout must be a duration such as 20m, 90s or 1h30m, got "${text}"`);
  return total;
}

/** Every shared flag by name. */
export const flags = {
  only: {
    flags: "--only <name...>",
    description: "only these optimizations",
    env: "DAO_OPT_ONLY",
    isList: true,
  },
  dryRun: {
    flags: "--dry-run",
    description: "print the plan with estimates and exit; makes no calls",
    env: "DAO_OPT_DRY_RUN",
  },
  json: {
    flags: "--json",
    description: "print one JSON document to stdout and nothing else",
    env: "DAO_OPT_JSON",
  },
  events: {
    flags: "--events <file>",
    description: "write events as JSON Lines to a file (- for stderr)",
    env: "DAO_OPT_EVENTS",
  },
  concurrency: {
    flags: "-j, --concurrency <n>",
    description:
      "maximum number of parallel calls over all models (default: 8; with workers, as many as they make at once)",
    env: "DAO_OPT_CONCURRENCY",
    parse: positiveInteger("--concurrency"),
  },
  workers: {
    flags: "--workers <url>",
    description: "make model calls and agent runs on the workers of this queue (redis://host:6379)",
    env: "DAO_OPT_WORKERS",
    parse: queueUrl("--workers"),
  },
  queue: {
    flags: "--queue <url>",
    description: "queue to take jobs from (redis://host:6379; default: workers.queue of the config)",
    env: "DAO_OPT_QUEUE",
    parse: queueUrl("--queue"),
  },
  maxCalls: {
    flags: "--max-calls <n>",
    description: "stop after this many paid calls (exit 3)",
    env: "DAO_OPT_MAX_CALLS",
    parse: positiveInteger("--max-calls"),
  },
  maxCost: {
    flags: "--max-cost <usd>",
    description: "stop before the cost exceeds this amount (exit 3)",
    env: "DAO_OPT_MAX_COST",
    parse: positiveNumber("--max-cost"),
  },
  timeout: {
    flags: "--timeout <duration>",
    description: "stop after this time: 20m, 90s, 1h (exit 3)",
    env: "DAO_OPT_TIMEOUT",
    parse: parseDurationMs,
  },
  seed: {
    flags: "--seed <n>",
    description: "seed of every optimization; overrides the config",
    env: "DAO_OPT_SEED",
    parse: wholeNumber,
  },
  resume: {
    flags: "--resume [run]",
    description: "resume the newest run of this config or the given run",
    env: "DAO_OPT_RESUME",
  },
  replay: {
    flags: "--replay <run>",
    description: "repeat a run from its journal, without calls",
    env: "DAO_OPT_REPLAY",
  },
  noCache: {
    flags: "--no-cache",
    description: "do not use the answer cache shared between runs",
    env: "DAO_OPT_NO_CACHE",
  },
  set: {
    flags: "--set <path=value>",
    description: "override a config key, for example resources.llms.x.name=gpt-4.1 (repeatable)",
    env: "DAO_OPT_SET",
    isList: true,
  },
  envFile: {
    flags: "--env-file <file>",
    description: "load environment variables from this file instead of the .env next to the config",
    env: "DAO_OPT_ENV_FILE",
  },
  prices: {
    flags: "--prices <file>",
    description: "prices in USD per million tokens that replace the built-in ones (JSON or YAML)",
    env: "DAO_OPT_PRICES",
  },
  config: {
    flags: "--config <file>",
    description: "config file (default: config.yaml or dao-opt.yaml in the current folder)",
  },
  registry: {
    flags: "--registry <dir>",
    description: "registry folder; overrides the config",
    env: "DAO_OPT_REGISTRY",
  },
  state: {
    flags: "--state <dir>",
    description: "folder for runs, cache and datasets; overrides the config",
    env: "DAO_OPT_STATE",
  },
  answers: {
    flags: "--answers <url>",
    description: "PostgreSQL database of shared answers (postgres://…); overrides the config",
    env: "DAO_OPT_ANSWERS",
  },
  junit: {
    flags: "--junit <file>",
    description: "write the result to a JUnit XML file",
    env: "DAO_OPT_JUNIT",
  },
  registerAnyway: {
    flags: "--register-anyway",
    description: "register the best candidate even without a proven improvement",
    env: "DAO_OPT_REGISTER_ANYWAY",
  },
  failOn: {
    flags: "--fail-on <verdict>",
    description: "exit 100 on this verdict or worse",
    env: "DAO_OPT_FAIL_ON",
    choices: ["regressed", "no_proven_improvement"],
  },
  quiet: { flags: "-q, --quiet", description: "print only errors and the result", env: "DAO_OPT_QUIET" },
  verbose: {
    flags: "-v, --verbose",
    description: "print every candidate, every failed row and every column",
    env: "DAO_OPT_VERBOSE",
  },
  debug: { flags: "--debug", description: "print stack traces", env: "DAO_OPT_DEBUG" },
  noColor: {
    flags: "--no-color",
    description: "disable colors (as NO_COLOR does)",
    env: "DAO_OPT_NO_COLOR",
  },
  noProgress: {
    flags: "--no-progress",
    description: "print no progress to stderr",
    env: "DAO_OPT_NO_PROGRESS",
  },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** The commander option of a flag. It does not parse the value: `readSettings` does, for environment variables too. */
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
