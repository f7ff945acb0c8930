import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../core/errors.ts";
import type { Secret } from "../core/text/secret.ts";
import type { SessionLimits } from "../run/session/session-guard.ts";
import type { CliContext } from "./context.ts";
import { type Flag, flags, storedName } from "./flags.ts";

/** Parsed flags, falling back to the environment, then `.env`; undefined if unset. */
export interface Settings {
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly events?: string;
  readonly concurrency?: number;
  /** Address of the queue of workers. */
  readonly workers?: Secret;
  /** The same, for a worker. */
  readonly queue?: Secret;
  readonly maxCalls?: number;
  readonly maxCost?: number;
  readonly timeout?: number;
  readonly seed?: number;
  /** true resumes the newest run of the config. */
  readonly resume?: string | true;
  readonly replay?: string;
  readonly cache?: boolean;
  readonly set?: readonly string[];
  readonly envFile?: string;
  readonly prices?: string;
  readonly registry?: string;
  readonly state?: string;
  readonly answers?: string;
  readonly junit?: string;
  readonly registerAnyway?: boolean;
  readonly failOn?: "regressed" | "no_proven_improvement";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly progress?: boolean;
}

/**
 * Reads flags, then environment variables, then `.env` next to the config. Throws UsageError for invalid
 * values.
 */
export async function readSettings(
  given: Readonly<Record<string, unknown>>,
  context: CliContext,
  configFile?: string,
): Promise<Settings> {
  const dotenv = configFile === undefined ? {} : await readDotenv(given, context, configFile);
  const entries = Object.values(flags).flatMap((flag: Flag): [string, unknown][] => {
    const name = storedName(flag);
    const isNegated = flag.flags.includes("--no-");
    const fromFlag = given[name];
    if (fromFlag !== undefined && !(isNegated && fromFlag === true))
      return [[name, readFlag(flag, fromFlag)]];
    const text = flag.env === undefined ? undefined : (context.env[flag.env] ?? dotenv[flag.env]);
    if (text === undefined || text === "") return [];
    return readVariable(flag, name, text, isNegated);
  });
  return Object.fromEntries(entries);
}

function readFlag(flag: Flag, value: unknown): unknown {
  return flag.parse !== undefined && typeof value === "string" ? flag.parse(value) : value;
}

function readVariable(flag: Flag, name: string, text: string, isNegated: boolean): [string, unknown][] {
  const takesValue = /[<[]/.test(flag.flags);
  if (takesValue) {
    if (flag.isList === true) return [[name, splitList(text)]];
    if (flag.choices !== undefined && !flag.choices.includes(text)) {
      throw new UsageError(`${flag.env} must be ${flag.choices.join(" or ")}, got "${text}"`);
    }
    if (name === "resume" && ["1", "true"].includes(text)) return [[name, true]];
    try {
      return [[name, readFlag(flag, text)]];
    } catch (error) {
      throw error instanceof UsageError
        ? new UsageError(error.message.replace(/^--[\w-]+/, flag.env ?? ""))
        : error;
    }
  }
  const isOn = ["1", "true", "yes", "on"].includes(text.toLowerCase());
  if (!isOn && !["0", "false", "no", "off"].includes(text.toLowerCase())) {
    throw new UsageError(`${flag.env} must be 1 or 0, got "${text}"`);
  }
  return isOn ? [[name, !isNegated]] : [];
}

/** Splits at commas. For `path=value` items, only before the next path, because values may contain commas. */
function splitList(text: string): string[] {
  const comma = text.includes("=") ? /,(?=\s*[A-Za-z_][\w.-]*=)/ : /,/;
  return text.split(comma).map((part) => part.trim());
}

async function readDotenv(
  given: Readonly<Record<string, unknown>>,
  context: CliContext,
  configFile: string,
): Promise<Record<string, string | undefined>> {
  const named = typeof given["envFile"] === "string" ? given["envFile"] : context.env["DAO_OPT_ENV_FILE"];
  const file = named ?? join(dirname(resolve(context.cwd, configFile)), ".env");
  const text = await readFile(resolve(context.cwd, file), "utf8").catch(() => "");
  return parseEnv(text);
}

/** Session limits from `--max-calls`, `--max-cost` and `--timeout`. */
export function sessionLimits({ maxCalls, maxCost, timeout }: Settings): SessionLimits {
  return {
    ...(maxCalls === undefined ? {} : { calls: maxCalls }),
    ...(maxCost === undefined ? {} : { usd: maxCost }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

/** The `--only` setting, if given. */
export function onlyOf({ only }: Settings): { readonly only?: readonly string[] } {
  return only === undefined ? {} : { only };
}
