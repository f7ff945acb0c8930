import { nearNames } from "../../core/text/near-names.ts";
import { isModulePath } from "../../plugins/load-module.ts";
import { providers } from "../providers.ts";
import type { Tree } from "../tree.ts";
import { isSecretKey, secretPaths } from "../values/secret-fields.ts";
import { shellHint } from "../values/shell-variables.ts";
import { accountedFields } from "./accounted-fields.ts";
import { addressIsABase } from "./address-warnings.ts";
import type { Rule } from "./rule.ts";

const providerIsKnown: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    if (Object.hasOwn(providers, written.provider) || isModulePath(written.provider)) continue;
    const names = Object.keys(providers);
    const [near] = nearNames(written.provider, names);
    const listed = `one of ${names.join(", ")}, or the path of a module such as ./my-provider.js`;
    const hint = near === undefined ? listed : `did you mean ${near}?`;
    problems.report([...path, "provider"], `no provider named ${JSON.stringify(written.provider)}`, hint);
  }
};

const simulationIsOffline: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    if (written.simulate === undefined || written.provider === "offline") continue;
    problems.report(
      [...path, "simulate"],
      `latency and faults are put on offline models only, and the provider is ${written.provider}`,
      "remove it, or set provider: offline",
      [[...path, "provider"]],
    );
  }
};

const fallbackIsAnother: Rule = ({ things, references, problems }) => {
  for (const { key, path } of references.model.things.values()) {
    const at = things.models[key]?.spec.fallbacks.indexOf(key) ?? -1;
    if (at >= 0)
      problems.report(
        [...path, "fallbacks", String(at)],
        `${key} cannot stand in for itself`,
        "name another model",
      );
  }
};

/** An address becomes part of plans and versions. */
const addressIsPlain: Rule = ({ things, references, problems }) => {
  for (const { key, path, written } of references.model.things.values()) {
    const address = things.models[key]?.spec.baseUrl;
    if (address === undefined) continue;
    const place = [...path, "base_url"];
    const source = written.base_url ? "" : "the address out of the environment ";
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
        `${source}holds a secret, which plans and versions would show`,
        "give it as api_key, or under headers",
      );
  }
};

/** What is passed through becomes part of plans and versions too. */
const passedThroughIsOpen: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    for (const field of ["other", "response_format"] as const) {
      for (const secret of secretPaths((written[field] ?? {}) as Tree, [...path, field]))
        problems.report(
          secret,
          "a secret cannot be given here: plans and versions would show it",
          "give it as api_key of the model, or under headers",
        );
    }
  }
};

/** Calls, tokens and prices are counted by what a request asks for, which nothing passed through may change. */
const passedThroughIsNotCounted: Rule = ({ references, problems }) => {
  for (const { path, written } of references.model.things.values()) {
    for (const { path: below, hint } of accountedFields(written.other ?? {}))
      problems.report(
        [...path, "other", ...below],
        `${below.join(".")} cannot be passed through: calls and costs are counted by it`,
        hint,
      );
  }
};

export const modelRules: readonly Rule[] = [
  providerIsKnown,
  simulationIsOffline,
  fallbackIsAnother,
  addressIsPlain,
  addressIsABase,
  passedThroughIsOpen,
  passedThroughIsNotCounted,
];
