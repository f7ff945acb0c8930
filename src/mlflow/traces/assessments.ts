import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { memberText, objectsOf } from "../read-pages.ts";

/** Feedback or an expectation of a trace, by a person or a program. */
export interface MlflowAssessment {
  readonly name: string;
  /** `expectation`: what the answer should be. `feedback`: what the answer is worth. */
  readonly kind: "expectation" | "feedback";
  readonly value: JsonValue;
  /** Feedback on a scale from 0 (wrong) to 1 (right), where it is one. */
  readonly rating?: number;
  readonly rationale?: string;
  /** `HUMAN`, `CODE` or `LLM_JUDGE`. */
  readonly sourceType?: string;
  /** Its author. */
  readonly by?: string;
  /** ISO 8601, UTC. */
  readonly at?: string;
}

const words: Readonly<Record<string, number>> = { yes: 1, true: 1, pass: 1, no: 0, false: 0, fail: 0 };

/** Assessments of a trace, oldest first, without those that a later one replaced and those that failed. */
export function decodeAssessments(list: JsonValue | undefined): readonly MlflowAssessment[] {
  return objectsOf(list)
    .flatMap((json) => (json["valid"] === false ? [] : (assessmentOf(json) ?? [])))
    .sort((one, other) =>
      (one.at ?? "") < (other.at ?? "") ? -1 : (one.at ?? "") > (other.at ?? "") ? 1 : 0,
    );
}

/** Expectations by name; of one name the last. */
export function assessedExpectations(assessments: readonly MlflowAssessment[]): JsonObject {
  return Object.fromEntries(
    assessments.flatMap(({ kind, name, value }) => (kind === "expectation" ? [[name, value] as const] : [])),
  );
}

function assessmentOf(json: JsonObject): MlflowAssessment | undefined {
  const name = memberText(json["assessment_name"]) ?? memberText(json["name"]);
  const expectation = isJsonObject(json["expectation"]) ? json["expectation"] : undefined;
  const feedback = isJsonObject(json["feedback"]) ? json["feedback"] : undefined;
  const value = expectation === undefined ? feedback?.["value"] : expectedValue(expectation);
  if (name === undefined || value === undefined || value === null) return undefined;
  const source = isJsonObject(json["source"]) ? json["source"] : {};
  const at = Date.parse(memberText(json["create_time"]) ?? "");
  return {
    name,
    kind: expectation === undefined ? "feedback" : "expectation",
    value,
    ...defined({
      rating: expectation === undefined ? ratingOf(value) : undefined,
      rationale: memberText(json["rationale"]),
      sourceType: memberText(source["source_type"]),
      by: memberText(source["source_id"]),
      at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
    }),
  };
}

/** Lists and objects are sent as a text of JSON. */
function expectedValue(expectation: JsonObject): JsonValue | undefined {
  const packed = expectation["serialized_value"];
  if (!isJsonObject(packed) || typeof packed["value"] !== "string") return expectation["value"];
  try {
    return JSON.parse(packed["value"]) as JsonValue;
  } catch {
    return packed["value"];
  }
}

function ratingOf(value: JsonValue): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") return words[value.trim().toLowerCase()];
  return typeof value === "number" && value >= 0 && value <= 1 ? value : undefined;
}
