import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { messageFields } from "../../message-fields.ts";
import { numberIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import { indexedList } from "../indexed-attributes.ts";
import type { Convention } from "./convention.ts";
import { flatMessage } from "./indexed-messages.ts";

/** OpenLLMetry (Traceloop): messages in numbered attributes, and what workflows and tasks were given. */
export const traceloop: Convention = ({ attributes }) => {
  const asked = [...indexedList(attributes, "gen_ai.prompt"), ...indexedList(attributes, "llm.prompts")];
  const [said] = [
    ...indexedList(attributes, "gen_ai.completion"),
    ...indexedList(attributes, "llm.completions"),
  ];
  const finish = said?.["finish_reason"];
  const path = textIn(attributes, "traceloop.prompt.key");
  const version = numberIn(attributes, "traceloop.prompt.version");
  const tools = indexedList(attributes, "llm.request.functions").map(toolOf);
  return defined({
    ...entityFields(attributes),
    messages: asked.length === 0 ? undefined : asked.map((entry) => flatMessage(entry, "user")),
    ...(said === undefined ? {} : messageFields(flatMessage(said, "assistant"))),
    finishReason: typeof finish === "string" ? finish : undefined,
    parameters: tools.length === 0 ? undefined : { tools },
    model: textIn(attributes, "llm.response.model", "llm.request.model"),
    name: textIn(attributes, "traceloop.entity.name"),
    chatId: textIn(
      attributes,
      "traceloop.association.properties.session_id",
      "traceloop.association.properties.chat_id",
    ),
    user: textIn(attributes, "traceloop.association.properties.user_id"),
    prompt: path === undefined ? undefined : defined({ path, version }),
  });
};

/** `{"inputs": {…}}` or `{"args": […], "kwargs": {…}}` of a decorated function. */
function entityFields(attributes: JsonObject) {
  const given = objectIn(attributes, "traceloop.entity.input");
  const inputs = [given?.["inputs"], given?.["kwargs"], given].find(
    (one): one is JsonObject => isJsonObject(one) && Object.keys(one).length > 0,
  );
  const told = unpacked(attributes["traceloop.entity.output"]);
  const output = isJsonObject(told) && "outputs" in told ? told["outputs"] : told;
  const variables = objectIn(attributes, "traceloop.prompt.template_variables");
  return defined({
    inputs: variables ?? inputs,
    output: output === undefined ? undefined : textOf(output),
  });
}

function textOf(value: JsonValue): string | null {
  return value === null || typeof value === "string" ? value : JSON.stringify(value);
}

function toolOf(entry: JsonObject): JsonObject {
  const { name = "", description, parameters } = entry;
  const schema = unpacked(parameters);
  return {
    type: "function",
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(schema === undefined ? {} : { parameters: schema }),
    },
  };
}
