import { nearNames } from "../../core/text/near-names.ts";
import { isModulePath } from "../../plugins/load-module.ts";
import { servicePrincipalField } from "../credentials.ts";
import { insteadOfProvider, providers } from "../providers.ts";
import type { Tree } from "../tree.ts";
import { isSecretKey, secretPaths } from "../values/secret-fields.ts";
import { shellHint } from "../values/variable-forms.ts";
import { accountedFields } from "./accounted-fields.ts";
import type { Rule } from "./rule.ts";

/** Base path of the OpenAI-compatible API on known hosts. */
const bases: readonly (readonly [host: RegExp, path: string])[] = [
  [/(^|\.)openai\.com$/, "/v1"],
  [/(^|\.)groq\.com$/, "/openai/v1"],
  [/(^|\.)openrouter\.ai$/, "/api/v1"],
  [/(^|\.)mistral\.ai$/, "/v1"],
  [/(^|\.)together\.(xyz|ai)$/, "/v1"],
  [/(^|\.)fireworks\.ai$/, "/inference/v1"],
  [/(^|\.)x\.ai$/, "/v1"],
  [/(^|\.)anthropic\.com$/, "/v1"],
  [/(^|\.)cerebras\.ai$/, "/v1"],
  [/(^|\.)nvidia\.com$/, "/v1"],
  [/^generativelanguage\.googleapis\.com$/, "/v1beta/openai"],
  [/(^|\.)(openai|services\.ai|cognitiveservices)\.azure\.com$/, "/openai/v1"],
];
/** Hosts with the API at the root. */
const atRoot = /(^|\.)(deepseek\.com|perplexity\.ai|cohere\.(ai|com))$/;
const azureHost = /(^|\.)(openai|services\.ai|cognitiveservices)\.azure\.com$|(^|\.)azure-api\.net$/;
const operation = /\/(chat\/completions|completions|responses|embeddings|models)$/;
const ofOllama = /\/api\/(generate|chat|tags)$/;
/** Providers whose address is used as written. */
const plain: ReadonlySet<string> = new Set(["openai"]);

/** Addresses copied from an example or a portal often include too much or too little of the path. */
const addressIsABase: Rule = ({ things, references, problems }) => {
  for (const { key, path, written } of references.model.things.values()) {
    const address = things.models[key]?.spec.baseUrl;
    if (
      address === undefined ||
      !/^https?:/i.test(address) ||
      !URL.canParse(address) ||
      !Object.hasOwn(providers, written.provider)
    )
      continue;
    const problem = problemOf(new URL(address), written.provider);
    if (problem === undefined) continue;
    const source = written.base_url ? "" : "the address from the environment ";
    problems.warn([...path, "base_url"], `${source}${problem}`);
  }
};

function problemOf(url: URL, provider: string): string | undefined {
  const path = url.pathname.replace(/\/+$/, "");
  const deployment = /\/openai\/deployments\/([^/]+)/.exec(path)?.[1];
  if (deployment !== undefined && azureHost.test(url.hostname)) {
    const version = url.searchParams.get("api-version");
    const versioned = version === null ? "" : `, api_version: "${version}"`;
    return `is the target URI of an Azure deployment; write provider: azure, name: ${deployment}, base_url: ${url.origin}${versioned}`;
  }
  const named = operation.exec(path)?.[0];
  if (named !== undefined) {
    return `ends in ${named}, which is appended automatically; write ${url.origin}${path.slice(0, -named.length)}`;
  }
  if (provider === "openai" && ofOllama.test(path)) {
    return `belongs to Ollama's own API; the OpenAI-compatible API is at ${url.origin}${path.replace(ofOllama, "/v1")}`;
  }
  if (!plain.has(provider) || atRoot.test(url.hostname)) return undefined;
  const base = bases.find(([host]) => host.test(url.hostname))?.[1];
  const lacking = base === undefined ? path === "" : !path.startsWith(base) && base.startsWith(path);
  if (!lacking) return undefined;
  return base === undefined
    ? `has no path, but most OpenAI-compatible APIs are below /v1; write ${url.origin}/v1 if this one does`
    : `lacks ${base}, the path of this provider's API; write ${url.origin}${base}`;
}

const providerIsKnown: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    if (Object.hasOwn(providers, written.provider) || isModulePath(written.provider)) continue;
    const instead = insteadOfProvider(written.provider);
    if (instead !== undefined) {
      problems.report([...path, "provider"], `there is no client for provider ${written.provider}`, instead);
      continue;
    }
    const names = Object.keys(providers);
    const [near] = nearNames(written.provider, names);
    const listed = `one of ${names.join(", ")}, or the path of a module such as ./my-provider.js`;
    const hint = near === undefined ? listed : `did you mean ${near}?`;
    problems.report([...path, "provider"], `no provider named ${JSON.stringify(written.provider)}`, hint);
  }
};

/** As in dao-ai: a model signs in in one way. */
const credentialsAreOne: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    const isSet = (value: string | undefined) => value !== undefined && value.trim() !== "";
    const [id, secret] = (["client_id", "client_secret"] as const).map((field) =>
      servicePrincipalField(written, field),
    );
    const token = (["api_key", "pat"] as const).find((key) => isSet(written[key]));
    if (id !== undefined && secret !== undefined && token !== undefined)
      problems.report(
        [...path, token],
        "a model signs in with a token or as a service principal, not with both",
        `remove ${token}, or client_id and client_secret`,
      );
    if (isSet(written.api_key) && isSet(written.azure_ad_token))
      problems.report(
        [...path, "azure_ad_token"],
        "a model signs in with api_key or azure_ad_token, not with both",
        "remove one of them",
      );
    for (const [key, provider] of [
      ["client_secret", "databricks"],
      ["azure_ad_token", "azure"],
    ] as const) {
      if (!isSet(written[key]) || written.provider === provider) continue;
      problems.warn(
        [...path, key],
        `only provider ${provider} uses it, and the provider is ${written.provider}`,
      );
    }
  }
};

const simulationIsOffline: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    if (written.simulate === undefined || written.provider === "offline") continue;
    problems.report(
      [...path, "simulate"],
      `latency and faults apply only to offline models, but the provider is ${written.provider}`,
      "remove it, or set provider: offline",
      [[...path, "provider"]],
    );
  }
};

/** Addresses are stored in plans and versions. */
const addressIsPlain: Rule = ({ things, references, problems }) => {
  for (const { key, path, written } of references.model.things.values()) {
    const address = things.models[key]?.spec.baseUrl;
    if (address === undefined) continue;
    const place = [...path, "base_url"];
    const source = written.base_url ? "" : "the address from the environment ";
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
      problems.report(
        place,
        `${source}must be an http or https address`,
        shellHint(written.base_url ?? "") ?? "for example https://api.openai.com/v1",
      );
      continue;
    }
    const { username, password, searchParams } = new URL(address);
    if (username + password !== "" || [...searchParams.keys()].some(isSecretKey))
      problems.report(
        place,
        `${source}contains a secret, which plans and versions would show`,
        "set it as api_key or under headers",
      );
  }
};

/** Passed-through values are stored in plans and versions too. */
const passedThroughIsOpen: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    for (const field of ["other", "extra_params", "response_format"] as const) {
      for (const secret of secretPaths((written[field] ?? {}) as Tree, [...path, field]))
        problems.report(
          secret,
          "a secret is not allowed here: plans and versions would show it",
          "set it as api_key of the model or under headers",
        );
    }
  }
};

/** Calls, tokens and prices are derived from the request, so passed-through fields must not change it. */
const passedThroughIsNotCounted: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    for (const field of ["other", "extra_params"] as const) {
      for (const { path: below, hint } of accountedFields(written[field] ?? {}))
        problems.report(
          [...path, field, ...below],
          `${below.join(".")} cannot be passed through: counting calls and costs depends on it`,
          hint,
        );
    }
  }
};

export const modelRules: readonly Rule[] = [
  providerIsKnown,
  credentialsAreOne,
  simulationIsOffline,
  addressIsPlain,
  addressIsABase,
  passedThroughIsOpen,
  passedThroughIsNotCounted,
];
