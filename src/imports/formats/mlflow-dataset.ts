import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { eachValue, type ImportFormat, type Part } from "../import-format.ts";
import { leftovers, objectMember, textMember, valueIn } from "../json-members.ts";

const members = new Set(["inputs", "outputs", "expectations", "tags", "source", "source_type"]);

/** Records of an MLflow evaluation dataset, as returned by its server, `to_dict()` and `to_df()`. */
export const mlflowDataset: ImportFormat = {
  name: "mlflow-dataset",
  summary: "MLflow evaluation datasets: records as JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && "dataset_record_id" in value,
  read: eachValue("mlflow-dataset", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a record is an object with inputs" };
  const inputs = objectMember(value, "inputs");
  if (inputs === undefined) return { problem: "inputs is missing or not an object of variables" };
  const outputs = unwrapped(valueIn(value, "outputs"));
  const expectations = objectMember(value, "expectations");
  const tags = objectMember(value, "tags");
  const source = sourceOf(value);
  const other = leftovers("mlflow", value, members);
  return {
    record: {
      inputs,
      ...(outputs === undefined ? {} : { outputs }),
      ...(expectations === undefined || Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(tags === undefined || Object.keys(tags).length === 0 ? {} : { tags }),
      ...defined({ source, other }),
    },
  };
}

/** MLflow's server stores outputs as `{"mlflow_wrapped": …}`. */
function unwrapped(outputs: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(outputs)) return outputs;
  if ("mlflow_wrapped" in outputs) return outputs["mlflow_wrapped"];
  // Tables have an empty object if there is no answer.
  return Object.keys(outputs).length === 0 ? undefined : outputs;
}

function sourceOf(value: JsonObject) {
  const source = objectMember(value, "source") ?? {};
  const type = textMember(source, "source_type", "type") ?? textMember(value, "source_type");
  const traceId =
    textMember(objectMember(source, "source_data") ?? {}, "trace_id") ??
    textMember(source, "trace_id") ??
    textMember(value, "source_id");
  if (type === undefined) return undefined;
  return {
    type: type.toLowerCase(),
    ...(traceId === undefined || type.toLowerCase() !== "trace" ? {} : { traceId }),
  };
}
