import type { Shelf } from "../shelf.ts";
import { ownedPrompt } from "./owned-prompt.ts";

/** Takes a prompt away with all its versions and its history; prompts in folders below it stay. */
export async function deletePrompt(shelf: Shelf, reference: string): Promise<void> {
  return shelf.write(async (desk) => {
    const { path } = await ownedPrompt(shelf, reference);
    await desk.remove(path);
  });
}
