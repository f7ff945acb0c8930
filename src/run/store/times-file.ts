import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { MeasuredTimes, ModelTimes } from "../../contracts/model-times.ts";
import { temporaryBeside } from "../../disk/create-new.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { joinTimes } from "../../models/time-log.ts";

const positive = z.number().nonnegative();
const timedAnswers = z.object({ calls: positive, mean_ms: positive, mean_output_tokens: positive });
const timesSchema = z.object({
  format: z.literal(1),
  models: z.record(
    z.string(),
    z.object({ answers: timedAnswers.optional(), reflections: timedAnswers.optional() }),
  ),
});

function fileOf(statePath: string): string {
  return join(statePath, "model-times.json");
}

/** The measured times of earlier sessions; empty if there are none or the file is damaged. */
export async function readModelTimes(statePath: string): Promise<MeasuredTimes> {
  try {
    const { models } = timesSchema.parse(JSON.parse(await readFile(fileOf(statePath), "utf8")));
    return Object.fromEntries(Object.entries(models).map(([key, times]) => [key, timesOf(times)]));
  } catch {
    // Times are for estimates only: without them, an estimate is unknown.
    return {};
  }
}

/**
 * Adds the times of a session to the state folder's file. Never rejects: nothing but an estimate depends on the
 * file. Of two processes that write at once, one may lose its times.
 */
export async function addModelTimes(statePath: string, added: MeasuredTimes): Promise<void> {
  if (Object.keys(added).length === 0) return;
  const known = await readModelTimes(statePath);
  const models = { ...known };
  for (const [key, times] of Object.entries(added)) models[key] = joined(known[key], times);
  const file = fileOf(statePath);
  const temporary = temporaryBeside(file);
  const written = Object.fromEntries(
    Object.entries(models).map(([key, times]) => [key, writtenTimes(times)]),
  );
  try {
    await ensureFolder(statePath, privateFolder);
    await writeFile(temporary, `${JSON.stringify({ format: 1, models: written }, null, 2)}\n`, {
      mode: privateFile,
    });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

function joined(known: ModelTimes | undefined, added: ModelTimes): ModelTimes {
  const kinds = ["answers", "reflections"] as const;
  const merged = kinds.flatMap((kind) => {
    const later = added[kind];
    const earlier = known?.[kind];
    if (later === undefined) return earlier === undefined ? [] : [[kind, earlier] as const];
    return [[kind, joinTimes(earlier, later)] as const];
  });
  return Object.fromEntries(merged);
}

type WrittenTimes = z.infer<typeof timesSchema>["models"][string];

function timesOf(written: WrittenTimes): ModelTimes {
  const read = (one: WrittenTimes["answers"]) =>
    one && { calls: one.calls, meanMs: one.mean_ms, meanOutputTokens: one.mean_output_tokens };
  const [answers, reflections] = [read(written.answers), read(written.reflections)];
  return { ...(answers && { answers }), ...(reflections && { reflections }) };
}

function writtenTimes({ answers, reflections }: ModelTimes): WrittenTimes {
  const write = (one: ModelTimes["answers"]) =>
    one && { calls: one.calls, mean_ms: one.meanMs, mean_output_tokens: one.meanOutputTokens };
  return {
    ...(answers && { answers: write(answers) }),
    ...(reflections && { reflections: write(reflections) }),
  };
}
