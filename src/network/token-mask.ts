import { createSecretMask, type SecretMask } from "../core/text/secret.ts";
import { issuedTokens } from "./token-source.ts";

/** Masks known secrets and the tokens that the process got, also those that come later. */
export function createTokenMask(known: readonly string[]): SecretMask {
  let tokens = issuedTokens();
  let mask = createSecretMask([...known, ...tokens]);
  const current = () => {
    if (tokens !== issuedTokens()) {
      tokens = issuedTokens();
      mask = createSecretMask([...known, ...tokens]);
    }
    return mask;
  };
  return Object.assign((text: string) => current()(text), {
    deep: <Value>(value: Value) => current().deep(value),
  });
}
