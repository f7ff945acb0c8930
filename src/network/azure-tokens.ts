import { createRequire } from "node:module";
import { SignInError } from "./sign-in-error.ts";
import { type AccessToken, createTokenSource, type TokenSource } from "./token-source.ts";

/** An optional peer: sign-in with Entra ID needs it, and nothing else does. */
const identityPackage = "@azure/identity";
/** Covers Azure OpenAI and Azure AI Foundry. */
const scope = "https://cognitiveservices.azure.com/.default";
const longestReason = 600;

/** What is used of the package. */
interface Identity {
  readonly DefaultAzureCredential: new () => {
    getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
  };
}

const { resolve } = createRequire(import.meta.url);

/** Whether the package is installed where this program finds it. */
export function hasIdentityPackage(): boolean {
  try {
    resolve(identityPackage);
    return true;
  } catch {
    return false;
  }
}

let shared: TokenSource | undefined;

/**
 * Tokens of Entra ID from DefaultAzureCredential: environment, workload or managed identity, `az login` and others. The
 * package is loaded on first use.
 */
export function azureTokens(): TokenSource {
  shared ??= createTokenSource(createIdentityRequest(importIdentity));
  return shared;
}

async function importIdentity(): Promise<Identity> {
  // As a variable, so that type checks and bundles do not need the package.
  const name: string = identityPackage;
  return (await import(name)) as Identity;
}

/** Requests tokens through the package that `load` imports. Rejects with SignInError. */
export function createIdentityRequest(load: () => Promise<Identity>): () => Promise<AccessToken> {
  let credential: InstanceType<Identity["DefaultAzureCredential"]> | undefined;
  return async () => {
    try {
      credential ??= new (await load()).DefaultAzureCredential();
    } catch (cause) {
      throw new SignInError(`${identityPackage} cannot be loaded: ${oneLine(cause)}`, {
        kind: "refused",
        hint: identityHint,
      });
    }
    try {
      const found = await credential.getToken(scope);
      if (found === null) throw new Error("no token");
      return { value: found.token, expiresAt: found.expiresOnTimestamp };
    } catch (error) {
      const { statusCode } = error as { readonly statusCode?: unknown };
      const status = typeof statusCode === "number" ? statusCode : undefined;
      const isPassing = status !== undefined && (status === 429 || status >= 500);
      throw new SignInError(`Entra ID issued no token: ${oneLine(error)}`, {
        kind: isPassing ? "passing" : "refused",
        status,
        hint: "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; or use a key: AZURE_OPENAI_API_KEY",
      });
    }
  };
}

export const identityHint = `to sign in with Entra ID: npm install ${identityPackage}@4`;

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, longestReason);
}
