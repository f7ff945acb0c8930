import type { PromptReader } from "../../../contracts/registry.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import type { Column } from "../../terminal/fit-columns.ts";
import { formatScore } from "../../terminal/format.ts";
import { renderNotice } from "../../terminal/notices.ts";
import { renderTable } from "../../terminal/table.ts";
import { openRegistryCommand, textOption } from "./open.ts";
import { listOutput } from "./output.ts";

const pageSize = 50;
const filterNames = ["folder", "environment", "tag"] as const;

type Filter = { readonly [Name in (typeof filterNames)[number]]?: string };

export async function registryListCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path, isJson, look, print } = await openRegistryCommand(options, context);
  const filter = readFilter(options);
  const page = wholeNumber(options, "page") ?? 1;
  const limit = wholeNumber(options, "limit") ?? defaultLimit(page, isJson, context);
  const damaged: { readonly path: string; readonly message: string }[] = [];
  // Read one more than shown to detect a next page.
  const found = await registry.list({
    ...filter,
    onDamaged: (prompt, { message }) => damaged.push({ path: prompt, message }),
    offset: limit === undefined ? 0 : (page - 1) * limit,
    ...(limit === undefined ? {} : { limit: limit + 1 }),
  });
  if (found.length === 0) await checkEnvironment(filter.environment, registry);
  const output = listOutput(found.slice(0, limit));
  print(output, () => {
    if (output.length === 0) return page > 1 ? `no prompts on page ${page}\n` : nothingText(filter, path);
    const columns: readonly Column[] = [
      { title: "Prompt", least: 36, weight: 2, isKey: true },
      { title: "Latest", align: "right" },
      { title: "Environments", least: 12, leaves: 3 },
      { title: "Updated (UTC)", leaves: 1 },
      { title: "Score", align: "right", leaves: 2 },
    ];
    const rows = output.map((one) => [
      one.path,
      String(one.latest),
      Object.entries(one.environments)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
      one.updated_at.replace("T", " ").slice(0, 16),
      formatScore(one.score),
    ]);
    const more = found.length > output.length ? `see --page ${page + 1} for more\n` : "";
    return `${renderTable(columns, rows, look)}${more}`;
  });
  if (damaged.length === 0) return exitDone;
  const errorLook = lookOf(context, context.stderr);
  for (const [at, { path, message }] of damaged.entries()) {
    const hint = at === damaged.length - 1 ? "repair it with: dao-opt registry verify --repair" : undefined;
    context.stderr.write(renderNotice("warning", `${path} skipped: ${message}`, errorLook, hint));
  }
  return exitRuntime;
}

function readFilter(options: Readonly<Record<string, unknown>>): Filter {
  const given = filterNames.filter((name) => typeof options[name] === "string");
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Fails on an unknown environment: an empty list would hide a typo. */
async function checkEnvironment(environment: string | undefined, registry: PromptReader): Promise<void> {
  if (environment === undefined) return;
  const known = await registry.environments();
  if (known.includes(environment)) return;
  throw new NotFoundError("environment", environment, nearNames(environment, known), {
    hint: `the environments are ${known.join(", ")}`,
  });
}

function nothingText(filter: Filter, path: string): string {
  const flags = Object.entries(filter).map(([name, value]) => `--${name} ${shellWord(value)}`);
  return flags.length === 0 ? `no prompts in ${path}\n` : `no prompts match ${flags.join(" ")} in ${path}\n`;
}

/** Only terminal output is paginated by default. */
function defaultLimit(page: number, isJson: boolean, { stdout }: CliContext): number | undefined {
  return page > 1 || (stdout.isTerminal && !isJson) ? pageSize : undefined;
}

function wholeNumber(options: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${key} must be a whole number of at least 1, got "${text}"`);
}
