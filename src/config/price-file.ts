import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { parseYaml } from "../formats/yaml/parse-yaml.ts";
import type { ListedModel } from "./prices.ts";
import { providers } from "./providers.ts";
import { reasonOf } from "./values/environment.ts";

const usd = z.number().min(0).optional();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date such as 2027-01-31");
const model = z.strictObject({
  ...{ input: usd, output: usd, cached_input: usd, cache_write: usd },
  context: z.int().positive().optional(),
  shutdown: day.optional(),
  successor: z.string().optional(),
});
const models = z.record(z.string(), model);

/** Models by name, or by section as in `config/prices.json`. */
const file = z.union([
  z.object({ providers: z.record(z.string(), z.object({ models })) }),
  models.transform((flat) => ({ providers: { "": { models: flat } } })),
]);

/** What a user's file holds of models. It wins over the shipped list. */
export interface PriceFile {
  find(name: string, provider: string): ListedModel | undefined;
  /** Its models by section; the section "" is that of every provider. */
  readonly sections: Readonly<Record<string, Readonly<Record<string, ListedModel>>>>;
}

/** Reads a file of prices, JSON or YAML. Rejects with UsageError if it cannot be read or has another form. */
export async function readPriceFile(path: string, shown = path): Promise<PriceFile> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${shown} cannot be read: ${reasonOf(cause.code)}`, { cause });
  });
  const { value, problems } = parseYaml(text);
  const checked = problems.length > 0 ? undefined : file.safeParse(value);
  if (checked?.success !== true) {
    const reason = problems[0] ?? checked?.error.issues[0]?.message ?? "it has another form";
    throw new UsageError(`${shown} is no list of prices: ${String(reason)}`, {
      hint: 'write models by name, in USD per million tokens: {"my-model": {"input": 1, "output": 4}}',
    });
  }
  const sections = Object.fromEntries(
    Object.entries(checked.data.providers).map(([name, section]) => [
      name,
      section.models as Record<string, ListedModel>,
    ]),
  );
  return {
    sections,
    find(name, provider) {
      const section = providers[provider]?.prices ?? provider;
      const found = [sections[section], sections[""]].find(
        (one) => one !== undefined && Object.hasOwn(one, name),
      );
      return found?.[name];
    },
  };
}
