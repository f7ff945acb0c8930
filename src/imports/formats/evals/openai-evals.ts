import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember } from "../../json-members.ts";

const members = new Set(["item", "sample"]);

/**
 * Items of an OpenAI evals data source, `{item: {…}, sample: {output_text}}`. Item members depend on the
 * schema of the eval. Those written by `dataset export` are expectations, all others are variables.
 * https://platform.openai.com/docs/guides/evals
 */
export const openaiEvals: ImportFormat = {
  name: "openai-evals",
  summary: "OpenAI evals data source items: JSON Lines",
  recognizes: (value) =>
    isJsonObject(value) &&
    isJsonObject(value["item"]) &&
    Object.keys(value).every((name) => members.has(name)),
  read: eachValue("openai-evals", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  const item = isJsonObject(value) ? objectMember(value, "item") : undefined;
  if (!isJsonObject(value) || item === undefined) return { problem: "no object with an item" };
  const { expected_response: response, expected_facts: facts, ...inputs } = item;
  if (Object.keys(inputs).length === 0) return { problem: "no member of the item is a variable" };
  const output = objectMember(value, "sample")?.["output_text"];
  const rest = leftovers("openai_evals", value, members);
  const expectations = {
    ...defined({ expected_response: response, expected_facts: facts }),
  };
  return {
    record: {
      inputs,
      ...(output === undefined || output === null ? {} : { outputs: output }),
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(rest === undefined ? {} : { other: rest }),
    },
  };
}
