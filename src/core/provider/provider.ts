/** A member of a request that a provider rejects, whatever the model. */
export interface ProviderQuirk {
  /** Member of the body, or `messages[].name`. */
  readonly parameter: string;
  /** The provider's own name for it. Absent: it is left out. */
  readonly sentAs?: string;
  /** Page or public report that describes it. */
  readonly source: string;
}

/** What is known of a provider by its name, before any request. */
export interface KnownProvider {
  /** One line for lists. */
  readonly summary: string;
  /** Default address. Absent: the provider has none of its own. */
  readonly baseUrl?: string;
  /** Environment variables that may hold the key; the first is named in messages. */
  readonly keyVariables: readonly string[];
  /** Environment variable that may hold another address. */
  readonly addressVariable: string;
  /** A server of the user's own, which often needs no key. */
  readonly isKeyless?: true;
  /** Section of `config/prices.json` with the prices of its models. Absent: its prices are unknown. */
  readonly prices?: string;
  readonly quirks?: readonly ProviderQuirk[];
}
