import type { SecretMask } from "../core/text/secret.ts";
import { databricksTokens } from "../network/databricks-tokens.ts";
import { SignInError } from "../network/sign-in-error.ts";
import { createTokenMask } from "../network/token-mask.ts";
import type { MlflowConnection, MlflowCredentials } from "./connection.ts";
import { MlflowError } from "./mlflow-error.ts";

/**
 * Returns the value of the `Authorization` header for each request; for a service principal, with a token that is valid
 * then. Rejects with MlflowError if there is no token.
 */
export function authorizationOf({
  address,
  credentials,
}: MlflowConnection): () => Promise<string | undefined> | string | undefined {
  switch (credentials.kind) {
    case "basic": {
      const login = `${credentials.username}:${credentials.password.reveal()}`;
      return () => `Basic ${Buffer.from(login).toString("base64")}`;
    }
    case "bearer":
      return () => `Bearer ${credentials.token.reveal()}`;
    case "service_principal": {
      const tokens = databricksTokens(address, credentials);
      return async () => {
        try {
          return `Bearer ${await tokens.token()}`;
        } catch (error) {
          throw error instanceof SignInError ? signInFailure(error) : error;
        }
      };
    }
    default:
      return () => undefined;
  }
}

/** The request waits for a token, so it was not sent and may be repeated. */
function signInFailure({ kind, message, hint, status, systemCode, retryAfterMs }: SignInError): MlflowError {
  const kinds = { refused: "unauthorized", unreachable: "unreachable", passing: "server" } as const;
  const isLost = kind === "passing" && status === undefined;
  return new MlflowError(message, {
    kind: isLost ? "unreachable" : status === 429 ? "rate_limit" : kinds[kind],
    ...{ hint, status, systemCode, retryAfterMs },
  });
}

/** Masks the secrets of the credentials, and tokens of the process. */
export function maskOfCredentials(credentials: MlflowCredentials): SecretMask {
  switch (credentials.kind) {
    case "none":
      return createTokenMask([]);
    case "basic":
      return createTokenMask([credentials.password.reveal()]);
    case "bearer":
      return createTokenMask([credentials.token.reveal()]);
    default:
      return createTokenMask([credentials.clientSecret.reveal()]);
  }
}
