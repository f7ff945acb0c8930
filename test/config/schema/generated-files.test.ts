import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { generatedConfigFiles } from "../../../src/config/schema/key-reference.ts";

test.each(generatedConfigFiles.map((file) => [file.path, file] as const))(
  "%s is fresh",
  async (path, file) => {
    const stored = await readFile(new URL(`../../../${path}`, import.meta.url), "utf8");
    expect(stored).toBe(file.render());
  },
);
