import { isTypoOf } from "../core/text/near-names.ts";
import { modelSchema, type WrittenModel } from "./schema/model.ts";

const modelUri = /^([a-z][a-z0-9_-]*):\/+(.+)$/i;

/** Text that names a model, and what it stands for. */
export type ImpliedModel = { readonly model: WrittenModel } | { readonly unknownProvider: string };

/**
 * The model that a text names although the config does not declare it: `openai:/gpt-5` by provider and name, any other
 * text an endpoint of that name, as dao-ai reads it. Undefined if the text is likely a typo of a declared key or name.
 */
export function impliedModel(
  text: string,
  declared: ReadonlyMap<string, { readonly key: string; readonly written: WrittenModel }>,
  providers: readonly string[],
): ImpliedModel | undefined {
  const [, provider, name] = modelUri.exec(text) ?? [];
  if (provider !== undefined && name !== undefined) {
    const known = provider === "mock" ? "offline" : provider.toLowerCase();
    if (!providers.includes(known)) return { unknownProvider: provider };
    return { model: modelSchema.parse({ name, provider: known }) };
  }
  const known = [...declared.values()].flatMap(({ key, written }) => [key, written.name]);
  if (known.some((one) => isTypoOf(text, one))) return undefined;
  const used = new Set([...declared.values()].map(({ written }) => written.provider));
  const [only, ...others] = used;
  return {
    model: modelSchema.parse({
      name: text,
      ...(only === undefined || others.length > 0 ? {} : { provider: only }),
      ...(text.startsWith("databricks-") ? { provider: "databricks" } : {}),
    }),
  };
}
