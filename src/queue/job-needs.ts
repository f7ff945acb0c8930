import { z } from "zod";
import type { AgentRunSpec } from "../contracts/agent.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { digestOf } from "../core/data/digest.ts";
import { defined } from "../core/defined.ts";
import { shownUrl } from "../models/secret-mask.ts";
import { isModulePath } from "../plugins/load-module.ts";
import { moduleDigests } from "../project/module-digests.ts";
import { shownPath } from "../project/resolve-plugins.ts";

const modelNeed = z.strictObject({
  kind: z.literal("model"),
  key: z.string(),
  name: z.string(),
  provider: z.string(),
  baseUrl: z.string().optional(),
  /** Digest of everything else that changes an answer: parameters, options, simulation. */
  options: z.string(),
  module: z.string().optional(),
});

const agentNeed = z.strictObject({
  kind: z.literal("agent"),
  /** Path of a module, the program of a command, or a URL; without credentials. */
  run: z.string(),
  how: z.enum(["module", "command", "http"]),
  /** Digest of the whole run setting: a command's arguments may be confidential. */
  options: z.string(),
  module: z.string().optional(),
  /** The model that the application is given. */
  model: z.string(),
});

/** What a run asks of its workers, without secrets: equal settings in two configs make equal needs. */
export const needSchema = z.discriminatedUnion("kind", [modelNeed, agentNeed]);

export type ModelNeed = z.infer<typeof modelNeed>;
export type AgentNeed = z.infer<typeof agentNeed>;
export type Need = z.infer<typeof needSchema>;

export async function modelNeedOf(spec: ModelSpec, directory: string): Promise<ModelNeed> {
  const { key, name, baseUrl, parameters, providerOptions, simulate, reasoning } = spec;
  const provider = shownPath(spec.provider, directory);
  return defined({
    kind: "model",
    key,
    name,
    provider,
    baseUrl: baseUrl === undefined ? undefined : shownUrl(baseUrl),
    options: digestOf(defined({ parameters, providerOptions, simulate, reasoning })),
    module: isModulePath(provider) ? await digestOfModule(provider, directory) : undefined,
  } as const);
}

export async function agentNeedOf(run: AgentRunSpec, model: string, directory: string): Promise<AgentNeed> {
  const shown = shownRun(run, directory);
  return defined({
    kind: "agent",
    run: shown,
    how: run.kind,
    options: digestOf(run.kind === "command" ? run.command : shown),
    module: run.kind === "module" ? await digestOfModule(run.path, directory) : undefined,
    model,
  } as const);
}

function shownRun(run: AgentRunSpec, directory: string): string {
  if (run.kind === "module") return shownPath(run.path, directory);
  return run.kind === "http" ? shownUrl(run.url) : (run.command[0] ?? "");
}

async function digestOfModule(path: string, directory: string): Promise<string> {
  return Object.values(await moduleDigests([path], directory))[0] ?? "";
}

export function needDigest(need: Need): string {
  return digestOf(need).slice(0, 16);
}

/** `model gpt_4o`, `agent ./agent.js`. */
export function needName(need: Need): string {
  return need.kind === "model" ? `model ${need.key}` : `agent ${need.run}`;
}

/** Why a worker whose own setting is `own` may not do what is asked; undefined if it may. */
export function needDifference(asked: Need, own: Need): string | undefined {
  const who = needName(asked);
  if (asked.module !== own.module) {
    const path = asked.kind === "model" ? asked.provider : asked.run;
    return `${who}: the module ${path} differs: digest ${shortDigest(own.module)} here, ${shortDigest(asked.module)} in the run`;
  }
  if (asked.kind === "model" && own.kind === "model") {
    for (const [field, label] of modelFields) {
      if (asked[field] !== own[field])
        return `${who}: the ${label} is ${own[field] ?? "not set"} here, ${asked[field] ?? "not set"} in the run`;
    }
  }
  return asked.options === own.options
    ? undefined
    : `${who}: its ${asked.kind === "model" ? "parameters or options are" : "arguments are"} not those of the run`;
}

const modelFields = [
  ["name", "name"],
  ["provider", "provider"],
  ["baseUrl", "endpoint"],
] as const;

function shortDigest(digest: string | undefined): string {
  return digest === undefined ? "none" : digest.slice(0, 12);
}
