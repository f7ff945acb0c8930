import { stringify } from "yaml";

/** YAML 1.2 of a plain value: keys in the order given, long lines not folded, no aliases. */
export function renderYaml(value: unknown): string {
  return stringify(value, { version: "1.2", schema: "core", lineWidth: 0, aliasDuplicateObjects: false });
}
