import { readFileSync, writeFileSync } from "node:fs";
import { renderConfigJsonSchema } from "../config/json-schema.ts";
import { renderKeyReference } from "../config/key-reference.ts";
import { packageFile } from "./package-files.ts";

/** Files made from the code; `npm run docs` writes them, `npm run check:docs` proves them fresh. */
const generated: readonly (readonly [path: string, render: () => string])[] = [
  ["config/schema.json", renderConfigJsonSchema],
  ["config/README.md", renderKeyReference],
];

const isCheck = process.argv.includes("--check");
for (const [path, render] of generated) {
  const text = render();
  if (!isCheck) writeFileSync(packageFile(path), text);
  else if (readFileSync(packageFile(path), "utf8") !== text) {
    process.stderr.write(`${path} is stale: run \`npm run docs\`\n`);
    process.exitCode = 1;
  }
}
