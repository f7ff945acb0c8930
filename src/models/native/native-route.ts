import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { nativeProvider } from "../../core/provider/known-providers.ts";
import type { NativeProvider } from "../../core/provider/native-providers.ts";
import { type Fetch, openFetch } from "../../network/open-fetch.ts";
import type { ChatRoute } from "../generation/chat-route.ts";
import type { ErrorContext } from "../openai/errors/network-errors.ts";
import { refusedRedirect } from "../openai/openai-client.ts";
import { secretMask, shownUrl } from "../secret-mask.ts";
import { loadPackage } from "./load-package.ts";
import { nativeConnection } from "./native-connection.ts";
import { nativeAddress, nativeCredentials, nativePackage, placeholderKey } from "./native-endpoint.ts";
import type { SdkModel } from "./sdk-model.ts";

interface NativeRouteOptions {
  readonly fetchFor?: (url: string) => Promise<Fetch>;
  readonly warn?: (message: string) => void;
}

/** Reaches a provider with an API of its own through its package of the AI SDK, which is loaded on first use. */
export function nativeRoute(
  spec: ModelSpec,
  { fetchFor = openFetch, warn = () => {} }: NativeRouteOptions = {},
): ChatRoute {
  const known = nativeProvider(spec.provider) ?? { keyVariables: [] };
  const baseUrl = nativeAddress(spec);
  const [keyVariable] = known.keyVariables;
  const who = baseUrl === undefined ? spec.name : `${spec.name} at ${shownUrl(baseUrl)}`;
  return {
    ...{ baseUrl, keyVariable, quirks: [] },
    async connect(_, secrets) {
      const model = await openModel(spec, secrets, fetchFor);
      const context: ErrorContext = { spec, who, keyVariable, mask: secretMask(secrets, baseUrl) };
      return nativeConnection(model, { context, warn, optionsKey: optionsKeyOf(spec, model) });
    },
  };
}

/** Options of requests have the name of the API that answers, so Claude's on Vertex are Anthropic's. */
function optionsKeyOf({ provider, name }: ModelSpec, model: SdkModel): string {
  if (provider === "vertex" && isClaude(name)) return "anthropic";
  return nativeProvider(provider)?.optionsKey ?? model.provider.split(".")[0] ?? provider;
}

function isClaude(name: string): boolean {
  return /claude/i.test(name);
}

async function openModel(
  spec: ModelSpec,
  secrets: ModelSecrets,
  fetchFor: (url: string) => Promise<Fetch>,
): Promise<SdkModel> {
  const known: Partial<NativeProvider> = nativeProvider(spec.provider) ?? {};
  const { apiKey, settings, isKeyless, chain } = nativeCredentials(spec, secrets);
  const { package: _, factory: chosen, ...own } = spec.providerOptions ?? {};
  const peer = nativePackage(spec);
  if (peer === undefined) {
    throw new ModelError(`no package for model "${spec.name}" (provider ${spec.provider})`, {
      kind: "unreachable",
      hint: `set package of resources.llms.${spec.key}, for example @ai-sdk/mistral`,
    });
  }
  const packageName = peer.name;
  const isVertexClaude = packageName.endsWith("/anthropic") && spec.provider === "vertex";
  const factoryName = isVertexClaude ? "createVertexAnthropic" : (known.factory ?? chosen);
  const exports = await loadPackage(peer);
  const create = factoryOf(exports, factoryName);
  if (create === undefined) {
    throw new ModelError(
      `${packageName} is no provider package of the AI SDK: it exports no create… function`,
      {
        kind: "unreachable",
        hint: `name another package in resources.llms.${spec.key}`,
      },
    );
  }
  const provider = create({
    ...camelCased(own),
    ...settings,
    ...(chain === undefined ? {} : { credentialProvider: await awsCredentials(chain) }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(spec.baseUrl === undefined && known.baseUrl === undefined ? {} : { baseURL: nativeAddress(spec) }),
    headers: Object.fromEntries(
      Object.entries(secrets.headers).map(([name, secret]) => [name, secret.reveal()]),
    ),
    fetch: guardedFetch(fetchFor, isKeyless),
  });
  const model = provider(spec.name);
  if (/^v[34]$/.test(model.specificationVersion)) return model;
  throw new ModelError(`${packageName} has specification ${model.specificationVersion} of the AI SDK`, {
    kind: "unreachable",
    hint: `install a version with specification v3 or v4: npm install ${packageName}@${known.major ?? "latest"}`,
  });
}

/** AWS's search for credentials, which refreshes them itself. */
async function awsCredentials(chain: string): Promise<unknown> {
  const { fromNodeProviderChain: open } = await loadPackage({ name: chain, provider: "bedrock" });
  return typeof open === "function" ? open() : undefined;
}

type CreateProvider = (settings: object) => (modelId: string) => SdkModel;

function factoryOf(exports: Readonly<Record<string, unknown>>, name: unknown): CreateProvider | undefined {
  const names =
    typeof name === "string" ? [name] : Object.keys(exports).filter((one) => /^create[A-Z]/.test(one));
  const found = names.map((one) => exports[one]).find((value) => typeof value === "function");
  return found as CreateProvider | undefined;
}

/** The packages name settings in camel case, configs in snake case. */
function camelCased(options: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/**
 * `fetch` for a package: connections of this program, no redirects, which would carry the key elsewhere, and no
 * placeholder in place of a key.
 */
function guardedFetch(fetchFor: (url: string) => Promise<Fetch>, isKeyless: boolean) {
  let opened: Promise<Fetch> | undefined;
  return async (target: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = String(target);
    opened ??= fetchFor(url);
    const headers = new Headers(init.headers);
    if (isKeyless) {
      for (const [name, value] of [...headers]) if (value.endsWith(placeholderKey)) headers.delete(name);
    }
    const sent = { ...init, headers: Object.fromEntries(headers) } as unknown as Parameters<Fetch>[1];
    const response = await (await opened)(url, sent);
    if (response.status >= 300 && response.status < 400) return refusedRedirect(response, url);
    return response as unknown as Response;
  };
}
