/** A token as its issuer returned it. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Tokens of one identity, requested when they are needed. */
export interface TokenSource {
  /** Resolves to a valid token. Rejects with SignInError. */
  token(): Promise<string>;
}

/** Azure Databricks rejects a token in its last 30 seconds. */
const unusableMs = 40_000;
/** Before its end, a token is replaced while it is still used. */
const renewalMs = 5 * 60_000;
/** After a failed renewal, while the old token is still valid. */
const renewalPauseMs = 30_000;
const mostIssued = 50;

let issued: readonly string[] = [];

/**
 * The last tokens that this process got, which texts of others may quote and masks must hide. The same list until
 * there is another token.
 */
export function issuedTokens(): readonly string[] {
  return issued;
}

/**
 * Keeps a token until shortly before its end. Concurrent callers share one request. In the last minutes of a token,
 * callers still get it while a new one is requested, so a failed renewal affects nobody until the token ends.
 */
export function createTokenSource(
  request: () => Promise<AccessToken>,
  now: () => number = Date.now,
): TokenSource {
  let current: (AccessToken & { readonly receivedAt: number }) | undefined;
  let pending: Promise<string> | undefined;
  let renewableAt = 0;

  const renew = (): Promise<string> => {
    pending ??= request()
      .then((token) => {
        current = { ...token, receivedAt: now() };
        issued = [token.value, ...issued].slice(0, mostIssued);
        return token.value;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };

  return {
    async token() {
      const time = now();
      if (current === undefined) return renew();
      const lifeMs = current.expiresAt - current.receivedAt;
      const leftMs = current.expiresAt - time;
      // A short-lived token has shorter margins, or it would never be usable.
      if (leftMs <= Math.min(unusableMs, lifeMs / 4)) return renew();
      if (leftMs <= Math.min(renewalMs, lifeMs / 2) && time >= renewableAt) {
        renewableAt = time + renewalPauseMs;
        renew().catch(() => {});
      }
      return current.value;
    },
  };
}

/** A token that the user gives and renews. */
export function fixedToken(value: string): TokenSource {
  return { token: async () => value };
}
