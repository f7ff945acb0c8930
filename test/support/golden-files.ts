import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

/** The stored texts of one folder of test/golden. */
export interface GoldenFiles {
  /** Fails unless the text equals the stored one byte for byte. `UPDATE_GOLDEN=1` stores it instead. */
  expect(name: string, text: string): void;
  /** Fails if the folder has a file that was not compared: delete it. Call it last. */
  expectNoOthers(): void;
}

/** `folder` is below test/golden. */
export function goldenFiles(folder: string): GoldenFiles {
  const path = fileURLToPath(new URL(`../golden/${folder}/`, import.meta.url));
  const compared = new Set<string>();
  return {
    expect(name, text) {
      expect(compared, "each golden file belongs to one case").not.toContain(name);
      compared.add(name);
      const file = join(path, name);
      if (isUpdate) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        return;
      }
      expect(text, `${folder}/${name} (UPDATE_GOLDEN=1 rewrites it)`).toBe(readFileSync(file, "utf8"));
    },
    expectNoOthers() {
      const others = readdirSync(path).filter((name) => !compared.has(name));
      expect(others, `files of ${folder} that belong to no case`).toEqual([]);
    },
  };
}
