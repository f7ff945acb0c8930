import type { JsonObject } from "../../core/data/json.ts";

/** Libretto's clients send several of these with every event, if only as null. */
const eventMembers = [
  "modelParameters",
  "apiName",
  "promptTemplateName",
  "promptTemplateChat",
  "promptTemplateText",
];

/** Why an object is no event of Libretto's clients; undefined when it is one. */
export function eventProblem(value: JsonObject): string | undefined {
  return eventMembers.some((name) => name in value)
    ? undefined
    : "no event: it has neither a name (apiName), a template nor modelParameters";
}
