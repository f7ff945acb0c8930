import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { ScorerSpec } from "../../contracts/scorer.ts";
import { digestOf } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { toRecordJson } from "../record/record-json.ts";

/** Everything that a judge's verdicts depend on besides the answer. */
export interface JudgeIdentity {
  /** Name or module path of the scorer. */
  readonly scorer: string;
  readonly options: JsonObject;
  readonly model: JsonObject;
  /** SHA-256 over scorer, options (with its instructions) and model, 64 hex digits. */
  readonly digest: string;
}

/** `moduleDigest`: the digest of the scorer's own module; its code is part of the judge. */
export function judgeIdentity(
  { use, options }: ScorerSpec,
  { provider, name, baseUrl, parameters }: ModelSpec,
  moduleDigest?: string,
): JudgeIdentity {
  const model: JsonObject = {
    provider,
    name,
    ...(baseUrl === undefined ? {} : { base_url: baseUrl }),
    parameters: toRecordJson(parameters),
  };
  const identity = { scorer: use, options, model };
  return { ...identity, digest: digestOf([identity, moduleDigest ?? null]) };
}
