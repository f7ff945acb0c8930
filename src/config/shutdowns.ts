import type { ModelSpec } from "../contracts/model-spec.ts";
import { knownProviders } from "../core/provider/known-providers.ts";
import type { PriceFile } from "./price-file.ts";
import { listedModel } from "./prices.ts";

/** A model that its provider stops serving. */
export interface Shutdown {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Days from today; 0 or less: it is that day or past it. */
  readonly daysLeft: number;
  readonly successor?: string;
}

/** Days before a shutdown from which there are warnings. */
const noticeDays = 90;
const dayMs = 86_400_000;

/** The shutdown of a model that is past or comes within 90 days; undefined for all others. */
export function nearShutdown(spec: ModelSpec, today: Date, prices?: PriceFile): Shutdown | undefined {
  if (!isProvidersOwn(spec)) return undefined;
  const { shutdown: date, successor } =
    prices?.find(spec.name, spec.provider) ?? listedModel(spec.name, spec.provider) ?? {};
  if (date === undefined) return undefined;
  const daysLeft = Math.ceil((Date.parse(date) - today.getTime()) / dayMs);
  if (daysLeft > noticeDays) return undefined;
  return { date, daysLeft, ...(successor === undefined ? {} : { successor }) };
}

/** What happens to a model and when, in a few words: `is shut down by openai on 2027-01-14, in 46 days`. */
export function describeShutdown(
  { provider }: Pick<ModelSpec, "provider">,
  { date, daysLeft }: Shutdown,
): string {
  if (daysLeft <= 0) return `was shut down by ${provider} on ${date}`;
  return `is shut down by ${provider} on ${date}, in ${daysLeft} day${daysLeft === 1 ? "" : "s"}`;
}

/** Gateways, own servers and Azure have schedules of their own, which the list does not hold. */
function isProvidersOwn({ provider, baseUrl }: ModelSpec): boolean {
  if (provider === "azure") return false;
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return baseUrl === undefined;
  const own = knownProviders[provider]?.baseUrl;
  const { hostname } = new URL(baseUrl);
  if (own !== undefined && new URL(own).hostname === hostname) return true;
  return /(^|\.)(amazonaws|googleapis)\.com$/.test(hostname);
}
