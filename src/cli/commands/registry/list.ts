import { UsageError } from "../../../core/errors.ts";
import type { CliContext } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { listOutput } from "../../output/registry-output.ts";
import { formatScore } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { openRegistryCommand, textOption } from "./open.ts";

const pageSize = 50;

export async function listCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path, isJson, look, print } = await openRegistryCommand(options, context);
  const wanted = (key: string) => (typeof options[key] === "string" ? { [key]: options[key] } : {});
  const page = wholeNumber(options, "page") ?? 1;
  const limit = wholeNumber(options, "limit") ?? defaultLimit(page, isJson, context);
  const damaged: { readonly path: string; readonly message: string }[] = [];
  // One more than is shown tells whether there is another page.
  const found = await registry.list({
    ...wanted("folder"),
    ...wanted("environment"),
    ...wanted("tag"),
    onDamaged: (prompt, { message }) => damaged.push({ path: prompt, message }),
    offset: limit === undefined ? 0 : (page - 1) * limit,
    ...(limit === undefined ? {} : { limit: limit + 1 }),
  });
  const output = listOutput(found.slice(0, limit));
  print(output, () => {
    if (output.length === 0) return page > 1 ? `no prompts on page ${page}\n` : `no prompts in ${path}\n`;
    const columns = ["Prompt", "Latest", "Environments", "Updated (UTC)", "Score"].map((title) => ({
      title,
    }));
    const rows = output.map((one) => [
      one.path,
      String(one.latest),
      Object.entries(one.environments)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
      one.updated_at.replace("T", " ").slice(0, 16),
      formatScore(one.score),
    ]);
    const more = found.length > output.length ? `more with --page ${page + 1}\n` : "";
    return `${renderTable(columns, rows, look)}${more}`;
  });
  for (const one of damaged) context.stderr.write(`${one.path} is left out: ${one.message}\n`);
  if (damaged.length === 0) return exitDone;
  context.stderr.write("mend it with: dao-opt registry verify --repair\n");
  return exitRuntime;
}

/** What a program reads is not cut unless it asks for that. */
function defaultLimit(page: number, isJson: boolean, { stdout }: CliContext): number | undefined {
  return page > 1 || (stdout.isTerminal && !isJson) ? pageSize : undefined;
}

function wholeNumber(options: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${key}: expected a whole number from 1, got "${text}"`);
}
