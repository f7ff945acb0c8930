import { modelOfVersion } from "../../../calls/prompt/version/model-of-version.ts";
import { knownPrice } from "../../../config/prices.ts";
import { providerNamed, providers } from "../../../config/providers.ts";
import type { PromptVersion } from "../../../contracts/registry.ts";
import type { Price } from "../../../core/usage.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PlaygroundColumn } from "./playground-setup.ts";

type Models = Pick<ServerServices, "models" | "env">;

/** The version of a column with its model; its key and its address are the server's. */
export function columnVersion({ version, model }: PlaygroundColumn, { models = {} }: Models): PromptVersion {
  if (model === "") return version;
  const entry = Object.hasOwn(models, model) ? models[model] : undefined;
  const { modelEntry: _entry, ...rest } = version;
  if (entry !== undefined) {
    const { name, provider } = entry.spec;
    return { ...rest, model: { ...version.model, model: name, provider }, modelEntry: model };
  }
  const { provider, ...own } = version.model;
  // A name without a provider is not one of the offline models.
  const usual = provider === undefined || provider === "offline" ? {} : { provider };
  return { ...rest, model: { ...own, ...usual, ...namedModel(model) } };
}

/** `openai/gpt-4o` is a model of a provider; `offline/small` has the provider in its name. */
function namedModel(text: string): { readonly model: string; readonly provider?: string } {
  const slash = text.indexOf("/");
  const provider = slash === -1 ? "" : providerNamed(text.slice(0, slash));
  if (provider === "offline") return { model: text, provider };
  return slash !== -1 && Object.hasOwn(providers, provider)
    ? { model: text.slice(slash + 1), provider }
    : { model: text };
}

/** The model of a version: `openai/gpt-4o`. */
export function modelName({ model: { model, provider } }: Pick<PromptVersion, "model">): string {
  return provider === undefined || model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}

/** Names to choose from: those of the config, of the versions, and the offline ones. */
export function modelChoices(versions: readonly PromptVersion[], { models = {} }: Models): readonly string[] {
  const used = versions.map(modelName);
  return [...new Set([...Object.keys(models), ...used, "offline/small", "offline/large"])].slice(0, 100);
}

/** Undefined if it is unknown, or if the model cannot be called at all. */
export function columnPrice(column: PlaygroundColumn, services: Models): Price | "free" | undefined {
  try {
    const { spec, isPriced, price } = modelOfVersion(columnVersion(column, services), services, {});
    if (spec.provider === "offline") return "free";
    return price ?? (isPriced ? knownPrice(spec.name, spec.provider) : undefined);
  } catch {
    return undefined;
  }
}
