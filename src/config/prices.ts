import list from "../../config/prices.json" with { type: "json" };
import { defined } from "../core/defined.ts";
import type { Price } from "../core/usage.ts";
import { providers } from "./providers.ts";

/** What a list holds of one model. Prices in USD per million tokens; absent: unknown. */
export interface ListedModel {
  readonly input?: number;
  readonly output?: number;
  readonly cached_input?: number;
  readonly cache_write?: number;
  /** Input tokens that the model takes. */
  readonly context?: number;
  /** The day on which the provider stops serving the model, `YYYY-MM-DD`. */
  readonly shutdown?: string;
  /** The model that the provider recommends in its place. */
  readonly successor?: string;
}

/** The models of one provider. */
export interface ListedProvider {
  /** The provider's page of prices. */
  readonly source: string;
  /** The provider's page of shutdown dates. */
  readonly shutdowns?: string | null;
  readonly models: Readonly<Record<string, ListedModel>>;
}

/** Models by section; several providers may share one. */
export const listedProviders: Readonly<Record<string, ListedProvider>> = list.providers;

/** The day the list was last checked, `YYYY-MM-DD`. */
export const pricesAsOf: string = list.as_of;

/** Sections whose names do not collide, for calls whose provider is not recorded. */
const firstParties = ["openai", "anthropic", "google"];

/** `-2024-07-18`, `-0613`, `-20250929` */
const snapshotDate = /-(\d{4}(-\d{2}-\d{2})?|\d{8})$/;

/**
 * What the list holds of a model, by its exact name or by the name without a snapshot date; undefined if it is not
 * listed. `provider` is the config's name of the provider; without one, the lists of OpenAI, Anthropic and Google are
 * searched.
 */
export function listedModel(name: string, provider?: string): ListedModel | undefined {
  const section = provider === undefined ? undefined : providers[provider]?.prices;
  const sections = provider === undefined ? firstParties : section === undefined ? [] : [section];
  const names = [name, name.replace(snapshotDate, "")];
  for (const one of sections) {
    const models = listedProviders[one]?.models ?? {};
    const found = names.find((listed) => Object.hasOwn(models, listed));
    if (found !== undefined) return models[found];
  }
  return undefined;
}

/** Price of a model; undefined if unknown. */
export function knownPrice(name: string, provider?: string): Price | undefined {
  const listed = listedModel(name, provider);
  return listed === undefined ? undefined : priceOfListed(listed);
}

export function priceOfListed({ input, output, cached_input, cache_write }: ListedModel): Price | undefined {
  if (input === undefined || output === undefined) return undefined;
  return defined({ input, output, cachedInput: cached_input, cacheWrite: cache_write }) as Price;
}
