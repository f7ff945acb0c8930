import type { RegistryStorage } from "../registry-storage.ts";
import { ownedPrompt } from "./owned-prompt.ts";

/** Takes a prompt away with all its versions and its history; prompts in folders below it stay. */
export async function deletePrompt(storage: RegistryStorage, reference: string): Promise<void> {
  return storage.write(async (writer) => {
    const { path } = await ownedPrompt(storage, reference);
    await writer.remove(path);
  });
}
