import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { type Html, html } from "../../../report/html.ts";
import { codeSpans } from "../shell/code-spans.ts";
import { addressOf } from "../shell/page-links.ts";
import { listOf, objectOf, referencedName, textOf } from "./api-document.ts";

/** Deeper ones are named, not opened. */
const deepest = 5;

/** The fields of a schema as nested lists; schemas with a name are links. */
export function schemaView(schema: JsonObject, depth = 0): Html | null {
  const fields = fieldsOf(schema);
  if (fields.length === 0 || depth >= deepest) return null;
  return html`<ul class="fields">${fields.map(
    ({ name, isRequired, schema: field }) =>
      html`<li><code>${name}</code> <span class="muted">${typeOf(field)}${limitsOf(field)}</span>${isRequired ? html` <b class="small">required</b>` : null}${descriptionOf(field)}${schemaView(innerOf(field), depth + 1)}</li>`,
  )}</ul>`;
}

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: JsonObject;
}

/** Properties of an object, and of all parts that it combines. */
function fieldsOf(schema: JsonObject): readonly Field[] {
  const required = listOf(schema["required"]);
  const own = Object.entries(objectOf(schema["properties"])).map(([name, field]) => ({
    name,
    isRequired: required.includes(name),
    schema: objectOf(field),
  }));
  const combined = listOf(schema["allOf"]).flatMap((part) => fieldsOf(objectOf(part)));
  return [...own, ...combined];
}

/** What is opened below a field: an object, the items of a list, or the one object among alternatives. */
function innerOf(schema: JsonObject): JsonObject {
  if (isJsonObject(schema["items"])) return innerOf(schema["items"]);
  const objects = alternatives(schema).filter((one) => fieldsOf(one).length > 0);
  return objects.length === 1 ? (objects[0] ?? {}) : schema;
}

function alternatives(schema: JsonObject): readonly JsonObject[] {
  return [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])].map(objectOf);
}

/** The type in words: `list of string`, `Environment or null`. */
export function typeOf(schema: JsonObject): Html {
  const name = referencedName(schema);
  if (name !== undefined) return html`<a href="${addressOf(["docs", "schemas", name])}">${name}</a>`;
  const others = alternatives(schema);
  if (others.length > 0) return joined(others.slice(0, 8).map(typeOf), " or ");
  const values = listOf(schema["enum"]);
  if (values.length > 0) return html`${values.map((value) => JSON.stringify(value)).join(" or ")}`;
  if (schema["const"] !== undefined) return html`${JSON.stringify(schema["const"])}`;
  const parts = listOf(schema["allOf"]).map(objectOf);
  if (parts.length > 0) return joined(parts.map(typeOf), " and ");
  const types = Array.isArray(schema["type"])
    ? schema["type"].map(String)
    : [textOf(schema["type"]) ?? "any"];
  return joined(
    types.map((type) =>
      type === "array" && isJsonObject(schema["items"])
        ? html`list of ${typeOf(schema["items"])}`
        : html`${type}`,
    ),
    " or ",
  );
}

function joined(parts: readonly Html[], word: string): Html {
  return html`${parts.map((part, at) => html`${at === 0 ? "" : word}${part}`)}`;
}

const limitWords = [
  ["format", ""],
  ["minimum", "at least "],
  ["maximum", "at most "],
  ["exclusiveMinimum", "above "],
  ["minLength", "characters: at least "],
  ["maxLength", "characters: at most "],
  ["maxItems", "items: at most "],
  ["default", "default "],
] as const;

/** More than this is what a format of numbers allows, and no limit of ours. */
const largest = Number.MAX_SAFE_INTEGER;

function limitsOf(schema: JsonObject): string {
  const words = limitWords.flatMap(([key, word]) => {
    const value = schema[key];
    if (value === undefined || (typeof value === "number" && Math.abs(value) >= largest)) return [];
    return [`${word}${typeof value === "string" && key !== "default" ? value : JSON.stringify(value)}`];
  });
  return words.length === 0 ? "" : `, ${words.join(", ")}`;
}

function descriptionOf(schema: JsonObject): Html | null {
  const text = textOf(schema["description"]);
  return text === undefined ? null : html`<div class="small">${codeSpans(text)}</div>`;
}
