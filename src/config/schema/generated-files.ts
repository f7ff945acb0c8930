import { renderConfigJsonSchema } from "./json-schema.ts";
import { renderKeyReference } from "./key-reference.ts";

/** Files of the package that are written from the schema; paths from the package's folder. */
export const generatedConfigFiles: readonly { readonly path: string; render(): string }[] = [
  { path: "config/schema.json", render: renderConfigJsonSchema },
  { path: "config/README.md", render: renderKeyReference },
];
