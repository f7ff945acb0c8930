import { RegistryError } from "../../core/errors.ts";

/** The entries of a page without those whose files are damaged: asked for alone, such a one says what is wrong. */
export async function readable<Entry>(entries: readonly Promise<Entry>[]): Promise<readonly Entry[]> {
  const settled = await Promise.allSettled(entries);
  return settled.flatMap((one) => {
    if (one.status === "fulfilled") return [one.value];
    if (one.reason instanceof RegistryError) return [];
    throw one.reason;
  });
}
