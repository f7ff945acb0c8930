import { z } from "zod";
import type { Deployment, PromptSummary, PromptVersion, Verification } from "../../../contracts/registry.ts";
import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { templateToJson } from "../../../core/prompt/template-json.ts";
import { toRecordJson } from "../../../run/record/record-json.ts";

/** A string or messages whose `content` is a string or a list of parts. */
const template = z.union([z.string(), z.array(z.record(z.string(), z.json()))]);
const scores = z.record(z.string(), z.json()).nullable();

/** `registry list --json` */
export const registryListOutputSchema = z.array(
  z.object({
    path: z.string(),
    latest: z.int(),
    environments: z.record(z.string(), z.int()),
    updated_at: z.string(),
    score: z.number().nullable(),
    description: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
  }),
);

/** `registry show --json` */
export const registryShowOutputSchema = z.object({
  path: z.string(),
  prompt_id: z.string(),
  version: z.int(),
  version_id: z.string(),
  digest: z.string(),
  uri: z.string(),
  template,
  template_language: z.string(),
  model: z.record(z.string(), z.json()),
  version_name: z.string().nullable(),
  version_description: z.string().nullable(),
  created_at: z.string(),
  created_by: z.string().nullable(),
  model_entry: z.string().nullable(),
  origin: z.record(z.string(), z.json()),
  environments: z.array(z.string()),
});

/** `registry history --json` */
export const registryHistoryOutputSchema = z.object({
  path: z.string(),
  versions: z.array(
    z.object({
      version: z.int(),
      version_id: z.string(),
      version_name: z.string().nullable(),
      template,
      created_at: z.string(),
      scores,
      environments: z.array(z.string()),
    }),
  ),
  deployments: z.array(
    z.object({
      at: z.string(),
      environment: z.string(),
      from: z.int().nullable(),
      to: z.int().nullable(),
      by: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
});

/** `registry deploy --json`, `registry rollback --json` */
export const deploymentOutputSchema = z.object({
  path: z.string(),
  environment: z.string(),
  from: z.int().nullable(),
  to: z.int().nullable(),
  at: z.string(),
});

/** `registry diff --json` */
export const registryDiffOutputSchema = z.object({
  before: z.string(),
  after: z.string(),
  template: z.array(z.object({ kind: z.enum(["same", "added", "removed"]), text: z.string() })),
  model: z.array(z.object({ key: z.string(), before: z.json(), after: z.json() })),
});

/** `registry verify --json` */
export const registryVerifyOutputSchema = z.object({
  ok: z.boolean(),
  damage: z.array(z.object({ file: z.string(), message: z.string() })),
  notes: z.array(z.object({ file: z.string(), message: z.string() })),
});

export function listOutput(summaries: readonly PromptSummary[]): z.infer<typeof registryListOutputSchema> {
  return summaries.map((one) => ({
    path: one.path,
    latest: one.latest,
    environments: { ...one.environments },
    updated_at: one.updatedAt,
    score: one.score ?? null,
    description: one.description ?? null,
    tags: { ...one.tags },
  }));
}

export function showOutput(version: PromptVersion): z.infer<typeof registryShowOutputSchema> {
  return {
    path: version.path,
    prompt_id: version.promptId,
    version: version.version,
    version_id: version.versionId,
    digest: version.digest,
    uri: version.uri,
    template: plainTemplate(version),
    template_language: version.templateLanguage,
    model: mutable(toRecordJson(version.model)),
    version_name: version.versionName ?? null,
    version_description: version.versionDescription ?? null,
    created_at: version.createdAt,
    created_by: version.createdBy ?? null,
    model_entry: version.modelEntry ?? null,
    origin: mutable(toRecordJson(version.origin)),
    environments: [...version.environments],
  };
}

export function historyOutput(
  path: string,
  versions: readonly PromptVersion[],
  deployments: readonly Deployment[],
): z.infer<typeof registryHistoryOutputSchema> {
  return {
    path,
    versions: versions.map((version) => ({
      version: version.version,
      version_id: version.versionId,
      version_name: version.versionName ?? null,
      template: plainTemplate(version),
      created_at: version.createdAt,
      scores: scoresOf(version),
      environments: [...version.environments],
    })),
    deployments: deployments.map(({ at, environment, from, to, by, note }) => ({
      at,
      environment,
      from,
      to,
      by: by ?? null,
      note: note ?? null,
    })),
  };
}

export function verifyOutput({
  ok,
  damage,
  notes,
}: Verification): z.infer<typeof registryVerifyOutputSchema> {
  const plain = (items: Verification["damage"]) => items.map(({ file, message }) => ({ file, message }));
  return { ok, damage: plain(damage), notes: plain(notes) };
}

function scoresOf({ origin }: PromptVersion) {
  const json = toRecordJson({ scores: origin.scores ?? null })["scores"];
  return isJsonObject(json) ? mutable(json) : null;
}

function plainTemplate({ template: value }: PromptVersion) {
  const json = templateToJson(value);
  return typeof json === "string" ? json : json.map(mutable);
}

function mutable(json: JsonObject): Record<string, z.core.util.JSONType> {
  return JSON.parse(JSON.stringify(json));
}
