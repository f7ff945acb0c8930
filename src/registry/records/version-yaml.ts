import { z } from "zod";
import type { VersionOrigin } from "../../contracts/registry.ts";
import type { Spend } from "../../core/usage.ts";
import type { VersionRecord } from "../registry-storage.ts";
import { isText, isWhole, type PlainShape, parseYamlRecord, renderRecord } from "./record-text.ts";

const spend = z.object({
  calls: z.number(),
  cached_calls: z.number(),
  lost_calls: z.number().default(0),
  retries: z.number().default(0),
  estimated: z.boolean().default(false),
  input_tokens: z.number(),
  output_tokens: z.number(),
  usd: z.number().nullable(),
});
const score = z.object({
  base: z.number(),
  optimized: z.number(),
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  confidence: z.number(),
  rows: z.number(),
});
/** Keys of `vN.yaml`, as in a registry export. */
export const versionSchema = z.object({
  version: z.int().positive(),
  version_id: z.string().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  version_name: z.string().nullish(),
  version_description: z.string().nullish(),
  created_at: z.string().min(1),
  created_by: z.string().nullish(),
  model_entry: z.string().nullish(),
  parent: z.int().nullish(),
  run: z.string().nullish(),
  engine: z.string().nullish(),
  seed: z.number().nullish(),
  data_digest: z.string().nullish(),
  models: z.record(z.string(), z.string()).nullish(),
  scores: z.object({ validation: z.record(z.string(), z.json()).nullish(), test: score.nullish() }).nullish(),
  gate: z.enum(["improved", "no_proven_improvement", "regressed"]).nullish(),
  spend: z.record(z.string(), spend).nullish(),
  deleted_at: z.string().nullish(),
});

/** The common record with only words and numbers. */
const plainShape: PlainShape = {
  required: ["version", "version_id", "digest", "created_at"],
  keys: {
    version: isWhole,
    version_id: isText,
    digest: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
    version_name: isText,
    version_description: isText,
    created_at: isText,
    created_by: isText,
    model_entry: isText,
    parent: isWhole,
    run: isText,
    engine: isText,
    seed: isWhole,
    data_digest: isText,
    deleted_at: isText,
  },
};

/** Parses `vN.yaml`: a version without its details. Throws RegistryError naming the file. */
export function parseVersionYaml(text: string, file: string): VersionRecord {
  return versionFromKeys(parseYamlRecord(text, versionSchema, file, plainShape));
}

export function versionFromKeys(read: z.output<typeof versionSchema>): VersionRecord {
  const origin = {
    parent: read.parent,
    run: read.run,
    engine: read.engine,
    seed: read.seed,
    dataDigest: read.data_digest,
    models: read.models,
    scores: read.scores ? present(read.scores) : undefined,
    gate: read.gate,
    spend: read.spend ? mapValues(read.spend, spendOf) : undefined,
  };
  return Object.freeze({
    version: read.version,
    versionId: read.version_id,
    digest: read.digest,
    createdAt: read.created_at,
    ...present({
      versionName: read.version_name,
      versionDescription: read.version_description,
      createdBy: read.created_by,
      modelEntry: read.model_entry,
      deletedAt: read.deleted_at,
    }),
    origin: Object.freeze(present(origin)) as VersionOrigin,
  }) as VersionRecord;
}

export function renderVersionYaml(record: VersionRecord): string {
  return renderRecord(versionKeys(record));
}

/** In file order; absent values are undefined. */
export function versionKeys(record: VersionRecord): Readonly<Record<string, unknown>> {
  const { origin } = record;
  return {
    version: record.version,
    version_id: record.versionId,
    digest: record.digest,
    version_name: record.versionName,
    version_description: record.versionDescription,
    created_at: record.createdAt,
    created_by: record.createdBy,
    model_entry: record.modelEntry,
    parent: origin.parent,
    run: origin.run,
    engine: origin.engine,
    seed: origin.seed,
    data_digest: origin.dataDigest,
    models: origin.models,
    scores: origin.scores,
    gate: origin.gate,
    spend: origin.spend === undefined ? undefined : mapValues(origin.spend, spendRecord),
    deleted_at: record.deletedAt,
  };
}

function spendOf(read: z.output<typeof spend>): Spend {
  return {
    calls: read.calls,
    cachedCalls: read.cached_calls,
    lostCalls: read.lost_calls,
    retries: read.retries,
    inputTokens: read.input_tokens,
    outputTokens: read.output_tokens,
    usd: read.usd,
    isEstimated: read.estimated,
  };
}

function spendRecord(value: Spend): z.output<typeof spend> {
  return {
    calls: value.calls,
    cached_calls: value.cachedCalls,
    lost_calls: value.lostCalls,
    retries: value.retries,
    input_tokens: value.inputTokens,
    output_tokens: value.outputTokens,
    usd: value.usd,
    estimated: value.isEstimated,
  };
}

function mapValues<From, To>(
  map: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, to(value)]));
}

function present<Values extends object>(values: Values): Partial<Values> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as Partial<Values>;
}
