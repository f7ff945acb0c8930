import { join } from "node:path";
import { createArchive } from "../../../src/registry/create-archive.ts";
import { createMemoryStorage } from "../../../src/registry/create-memory-registry.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { createTransfer, openTransfer } from "../../../src/registry/transfer/open-transfer.ts";
import { registryTransferSuite } from "../../suites/registry-transfer.ts";
import { temporaryFolder } from "../temporary-folder.ts";

registryTransferSuite("a registry on disk", () => {
  const folder = join(temporaryFolder(), "prompts");
  return { registry: openRegistry(folder, { by: "ada" }), transfer: openTransfer(folder) };
});

registryTransferSuite("a registry in memory", () => {
  const storage = createMemoryStorage();
  const verify = async () => ({ ok: true, damage: [], notes: [] });
  return { registry: createArchive(storage, verify, { by: "ada" }), transfer: createTransfer(storage) };
});
