import { resolve } from "node:path";
import { createDiskStorage } from "./disk/disk-storage.ts";
import type { RegistryStorage } from "./registry-storage.ts";
import { exportRegistry } from "./transfer/export-registry.ts";
import { humanloopDocument } from "./transfer/humanloop-document.ts";
import { readHumanloopFiles } from "./transfer/humanloop-files.ts";
import { importRegistry, type RegistryImportReport } from "./transfer/import-registry.ts";
import { parseRegistryDocument } from "./transfer/registry-document.ts";

/** Ways out of a registry and into it, for all of it at once. */
export interface RegistryTransfer {
  /** Pieces of one JSON document. Rejects with RegistryError when a version cannot be read. */
  export(): AsyncGenerator<string>;
  /** Takes in the text of an export. Rejects with ConfigError or, when anything conflicts, ConflictError. */
  importDocument(text: string, file: string): Promise<RegistryImportReport>;
  /** Takes in the folder that Humanloop's export tool wrote. Rejects as `importDocument` does. */
  importHumanloop(folder: string): Promise<RegistryImportReport>;
}

export function openTransfer(directory: string): RegistryTransfer {
  return createTransfer(createDiskStorage(resolve(directory)));
}

export function createTransfer(storage: RegistryStorage): RegistryTransfer {
  return Object.freeze({
    export: () => exportRegistry(storage),
    importDocument: async (text, file) => importRegistry(storage, parseRegistryDocument(text, file)),
    async importHumanloop(folder) {
      const { document, notes } = humanloopDocument(readHumanloopFiles(folder));
      const report = await importRegistry(storage, document);
      return { ...report, notes: [...notes, ...report.notes] };
    },
  } satisfies RegistryTransfer);
}
