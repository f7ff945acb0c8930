import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { nativeProvider } from "../../core/provider/known-providers.ts";
import { isLoopback } from "../../network/open-fetch.ts";
import { shownUrl } from "../secret-mask.ts";
import { isInstalled } from "./load-package.ts";

/** What a provider package is given to sign in. Holds secrets. */
interface NativeCredentials {
  readonly apiKey?: string;
  /** Settings of the package by its own names. */
  readonly settings: Readonly<Record<string, string>>;
  /** The endpoint needs no key, so that none is sent. */
  readonly isKeyless: boolean;
  /** Package that finds credentials of the machine. */
  readonly chain?: string;
}

/** AWS's own search for credentials: profiles, SSO, roles of containers and instances. */
const awsChain = "@aws-sdk/credential-providers";

/** Sent by packages that insist on a key, and removed before a request leaves. */
export const placeholderKey = "dao-opt-no-key";

const authHeaders: ReadonlySet<string> = new Set(["authorization", "x-api-key", "x-goog-api-key"]);

/** URL of a native provider's models; undefined if its package decides. */
export function nativeAddress(spec: ModelSpec): string | undefined {
  if (spec.baseUrl !== undefined) return spec.baseUrl;
  const region = spec.providerOptions?.["region"];
  if (spec.provider === "bedrock")
    return typeof region === "string" ? `https://bedrock-runtime.${region}.amazonaws.com` : undefined;
  return nativeProvider(spec.provider)?.baseUrl;
}

/** The package that a spec's provider needs; undefined if the config names none. */
export function nativePackage({ provider, name, providerOptions }: ModelSpec) {
  const { package: fixed, major } = nativeProvider(provider) ?? {};
  const named = providerOptions?.["package"];
  const root = fixed ?? (typeof named === "string" ? named : undefined);
  if (root === undefined) return undefined;
  // Claude on Vertex has an entry of its own.
  const isClaude = provider === "vertex" && /claude/i.test(name);
  return { name: isClaude ? `${root}/anthropic` : root, major, provider };
}

/**
 * How requests are authorized. Throws ModelError `unreachable` for an invalid or missing address and `auth` without a
 * required key, before anything is sent.
 */
export function nativeCredentials(spec: ModelSpec, secrets: ModelSecrets): NativeCredentials {
  const known = nativeProvider(spec.provider);
  const baseUrl = nativeAddress(spec);
  const who = `model "${spec.name}" (provider ${spec.provider})`;
  const place = `resources.llms.${spec.key}`;
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new ModelError(`the address of ${who} is not a valid URL: ${shownUrl(baseUrl)}`, {
      kind: "unreachable",
      hint: `set base_url of ${place}`,
    });
  }
  if (spec.provider === "bedrock" && baseUrl === undefined) {
    throw new ModelError(`no AWS region for ${who}`, {
      kind: "unreachable",
      hint: `set AWS_REGION, or other.provider_options.region of ${place}`,
    });
  }
  const settings = Object.fromEntries(
    Object.entries(secrets.settings ?? {}).map(([name, secret]) => [name, secret.reveal()]),
  );
  const apiKey = secrets.apiKey?.reveal() ?? "";
  if (apiKey !== "") return { apiKey, settings, isKeyless: false };
  const hasHeader = Object.keys(secrets.headers).some((name) => authHeaders.has(name.toLowerCase()));
  if (hasHeader || (baseUrl !== undefined && isLoopback(baseUrl) && !hasPair(settings)))
    return { apiKey: placeholderKey, settings, isKeyless: true };
  if (hasPair(settings)) return { settings, isKeyless: false };
  // Google's default login, AWS profiles and roles, and variables that a package reads itself.
  const findsOwn = spec.provider === "bedrock" ? isInstalled(awsChain) : known?.findsCredentials === true;
  if (findsOwn)
    return { settings, isKeyless: false, ...(spec.provider === "bedrock" ? { chain: awsChain } : {}) };
  const [keyVariable = ""] = known?.keyVariables ?? [];
  const others = spec.provider === "bedrock" ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or " : "";
  throw new ModelError(`no API key for ${who}`, {
    kind: "auth",
    hint: `set ${others}${keyVariable}, or api_key of ${place}${spec.provider === "bedrock" ? `; for profiles, SSO and roles: npm install ${awsChain}` : ""}`,
  });
}

function hasPair(settings: Readonly<Record<string, string>>): boolean {
  return settings["accessKeyId"] !== undefined && settings["secretAccessKey"] !== undefined;
}
