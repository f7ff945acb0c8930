import { configJsonSchema, renderConfigJsonSchema, type SchemaNode } from "./json-schema.ts";

/** Generated files of the package; paths are relative to its folder. */
export const generatedConfigFiles: readonly { readonly path: string; render(): string }[] = [
  { path: "config/schema.json", render: renderConfigJsonSchema },
  { path: "config/README.md", render: renderKeyReference },
];

const introduction = `# Keys of the config

Generated from the schema; \`config/schema.json\` is the version for editors. An empty key
counts as absent. Keys that start with \`x-\` are ignored.

- \`<key>\` stands for a name of your choice. A reference may be an inline object, an alias of an anchor, or
  the key or name of an entry.
- A value may also be \`\${env:NAME}\`, \`\${env:NAME:-default}\`, \`\${var.NAME}\`, \`\${param.NAME}\`,
  \`{env: NAME, default_value: x}\`, \`{value: x}\` and \`{options: [...], default_value: x}\`.
  \`$\${env:NAME}\` is the literal text. Rows under \`data\` stay unchanged.
- Paths are relative to the config.
`;

/** Where each definition of the schema is used, in the order of the file. */
const headings: readonly (readonly [definition: string, path: string])[] = [
  ["schema", "schemas.<key>"],
  ["model", "resources.llms.<key>"],
  ["prompt", "prompts.<key>"],
  ["agent", "agents.<key>"],
  ["dataset", "datasets.<key>"],
];
const optimizationsPath = "optimizations.prompt_optimizations.<key>";

/** Text of `config/README.md`: every key with its type, default and meaning. */
export function renderKeyReference(): string {
  const root = configJsonSchema();
  const sections = [
    section("Sections", root, "Top-level keys."),
    ...headings.map(([name, path]) => section(`\`${path}\``, root.definitions?.[name] ?? {})),
    section(`\`${optimizationsPath}\``, optimizationNode(root), "One optimization."),
  ];
  return `${introduction}\n${sections.join("\n")}`;
}

function optimizationNode(root: SchemaNode): SchemaNode {
  const entries = root.properties?.optimizations?.properties?.prompt_optimizations;
  return typeof entries?.additionalProperties === "object" ? entries.additionalProperties : {};
}

function section(title: string, node: SchemaNode, about = sentence(node.description)): string {
  const rows = rowsOf(node, "");
  const ignored = ignoredOf(node, "");
  const lines = [
    `## ${title}`,
    "",
    ...(about === "" ? [] : [about, ""]),
    "| Key | Value | Default | Meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...(ignored.length === 0 ? [] : [`From dao-ai, ignored: ${ignored.join(", ")}.`, ""]),
  ];
  return lines.join("\n");
}

function rowsOf(node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, property]) => {
    if (property.deprecated === true) return [];
    const name = `${prefix}${key}`;
    const isNeeded = node.required?.includes(key) === true;
    const { meaning, fallback } = cutDefault(property.description ?? "");
    const shown = isNeeded ? "required" : (fallback ?? defaultOf(property));
    const row = `| \`${name}\` | ${cell(typeOf(property))} | ${cell(shown)} | ${cell(meaning)} |`;
    const objects = [property, ...(property.anyOf ?? [])];
    const items = objects.map(({ items }) => items).filter((item) => item !== undefined);
    const inner = [
      ...objects.flatMap((one) => rowsOf(one, `${name}.`)),
      ...items.flatMap((item) => [item, ...(item.anyOf ?? [])]).flatMap((one) => rowsOf(one, `${name}[].`)),
    ];
    return [row, ...inner];
  });
}

function ignoredOf(node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, property]) =>
    property.deprecated === true ? [`\`${prefix}${key}\``] : ignoredOf(property, `${prefix}${key}.`),
  );
}

/** A default that is not a fixed value is at the end of the description. */
function cutDefault(description: string): { meaning: string; fallback: string | undefined } {
  const [meaning = "", fallback] = description.split("; default: ");
  return { meaning, fallback };
}

function defaultOf({ default: value }: SchemaNode): string {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === undefined || isEmpty ? "" : `\`${JSON.stringify(value)}\``;
}

const plainTypes: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "true or false",
  object: "map",
  array: "list",
};

function typeOf(node: SchemaNode): string {
  if (node.$ref !== undefined) return node.$ref.replace("#/definitions/", "").replace(/^__schema\d+$/, "any");
  const forms = [...(node.anyOf ?? []), ...(node.allOf ?? [])].filter(
    ({ $ref }) => $ref !== "#/definitions/variable",
  );
  if (forms.length > 0) return [...new Set(forms.map(typeOf))].join(" or ");
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  if (typeof node.additionalProperties === "object" && node.properties === undefined)
    return `map of ${typeOf(node.additionalProperties)}`;
  return plainTypes[node.type ?? ""] ?? "any";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function sentence(text = ""): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
