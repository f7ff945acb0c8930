import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { NotFoundError } from "../../core/errors.ts";
import { pathProblems } from "../prompt-path.ts";
import { parseYamlRecord, renderRecord } from "../records/record-text.ts";
import type { WholePrompt } from "../registry-storage.ts";
import { writeError } from "./disk-error.ts";
import { isOwnFile, pendingFile } from "./layout.ts";
import { finishDeletion, finishMove, promptIdIn, putPrompt, undoMove } from "./prompt-files.ts";
import { existingFolder } from "./prompt-folder.ts";
import { readText } from "./read-text.ts";
import { replaceText, setAside, syncFolder } from "./write-text.ts";

const path = z.string().refine((text) => pathProblems(text).length === 0, "no prompt path");
const schema = z.object({
  operation: z.enum(["move", "delete", "place"]),
  prompt_id: z.string().min(1),
  from: path.nullish(),
  to: path.nullish(),
});

/**
 * A change of several steps. It is recorded first, so that the next writer completes it after a crash. It
 * takes effect when `prompt.yaml` appears in or leaves its folder.
 */
export interface PendingChange {
  readonly promptId: string;
  /** Absent for an imported prompt. */
  readonly from?: string;
  /** Absent for a deletion. */
  readonly to?: string;
}

/** The caller holds the lock. */
export async function movePromptFiles(
  directory: string,
  from: string,
  to: string,
  at: string,
): Promise<void> {
  await clearTarget(directory, to, at);
  await carryOut(directory, { promptId: idAt(directory, from), from, to });
}

/** The caller holds the lock. */
export async function placePrompt(
  directory: string,
  to: string,
  whole: WholePrompt,
  at: string,
): Promise<void> {
  await clearTarget(directory, to, at);
  const put = () => putPrompt(directory, to, whole);
  await carryOut(directory, { promptId: whole.prompt.id, to }, put);
}

/** The caller holds the lock. */
export async function removePrompt(directory: string, from: string): Promise<void> {
  await carryOut(directory, { promptId: idAt(directory, from), from });
}

/** The unfinished change of a writer. Throws RegistryError if unreadable. */
export function readPendingChange(directory: string): PendingChange | undefined {
  const file = pendingFile(directory);
  const text = readText(file, directory);
  if (text === undefined) return undefined;
  const { prompt_id: promptId, from, to } = parseYamlRecord(text, schema, file);
  return {
    promptId,
    ...(typeof from === "string" ? { from } : {}),
    ...(typeof to === "string" ? { to } : {}),
  };
}

/**
 * Completes the change of a killed writer, or undoes it if it has not taken effect and cannot be completed.
 * The caller holds the lock.
 */
export async function finishLeftChange(directory: string): Promise<PendingChange | undefined> {
  const change = readPendingChange(directory);
  if (change === undefined) return undefined;
  try {
    await finish(directory, change);
  } catch (error) {
    if (!isUndecided(directory, change)) throw writeError(error, pendingFile(directory));
    await undoMove(directory, change);
  }
  await forget(directory);
  return change;
}

async function carryOut(
  directory: string,
  change: PendingChange,
  work = () => finish(directory, change),
): Promise<void> {
  const file = pendingFile(directory);
  const { promptId: prompt_id, from, to } = change;
  const operation = to === undefined ? "delete" : from === undefined ? "place" : "move";
  try {
    await replaceText(file, renderRecord({ operation, prompt_id, from, to }));
    await work();
    await forget(directory);
  } catch (error) {
    if (isUndecided(directory, change)) {
      await undoMove(directory, change);
      await forget(directory);
    }
    throw writeError(error, join(directory, ...(to ?? from ?? "").split("/")));
  }
}

async function finish(directory: string, change: PendingChange): Promise<void> {
  const { promptId, from, to } = change;
  if (from === undefined) await undoMove(directory, change);
  else if (to === undefined) await finishDeletion(directory, promptId, from);
  else await finishMove(directory, promptId, from, to);
}

/** True if the change has not taken effect and can be undone. */
function isUndecided(directory: string, { promptId, from, to }: PendingChange): boolean {
  const folder = existingFolder(directory, from ?? to ?? "");
  const isThere = folder !== undefined && promptIdIn(folder, directory) === promptId;
  return from === undefined ? !isThere : isThere;
}

async function forget(directory: string): Promise<void> {
  await rm(pendingFile(directory), { force: true });
  await syncFolder(directory);
}

function idAt(directory: string, from: string): string {
  const folder = existingFolder(directory, from);
  const id = folder === undefined ? undefined : promptIdIn(folder, directory);
  if (id === undefined) throw new NotFoundError("prompt", from);
  return id;
}

/** Remove leftovers of a prompt that was never completed. */
async function clearTarget(directory: string, to: string, at: string): Promise<void> {
  const folder = existingFolder(directory, to);
  if (folder === undefined) return;
  for (const name of readdirSync(folder).filter(isOwnFile)) await setAside(directory, join(folder, name), at);
}
