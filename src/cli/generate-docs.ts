import { readFileSync, writeFileSync } from "node:fs";
import { generatedConfigFiles } from "../config/schema/key-reference.ts";
import { packageFile } from "./package-files.ts";

/** Writes files generated from the code (`npm run docs`) or checks them (`npm run check:docs`). */
const isCheck = process.argv.includes("--check");
for (const { path, render } of generatedConfigFiles) {
  const text = render();
  if (!isCheck) writeFileSync(packageFile(path), text);
  else if (readFileSync(packageFile(path), "utf8") !== text) {
    process.stderr.write(`${path} is stale: run \`npm run docs\`\n`);
    process.exitCode = 1;
  }
}
