import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { JudgeCheck } from "../../contracts/judge-check.ts";
import { StoreError } from "../../core/errors.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { parseJsonLine, renderJsonLine } from "../../formats/json-lines.ts";
import { fromRecordJson, toRecordJson } from "../record/record-json.ts";

const interval = z.tuple([z.number(), z.number()]).nullable();
const figure = z.object({ value: z.number().nullable(), interval });
const checkSchema = z.object({
  at: z.string(),
  judge: z.object({
    scorer: z.string(),
    options: z.record(z.string(), z.json()),
    model: z.record(z.string(), z.json()),
    digest: z.string(),
  }),
  labels: z.object({
    source: z.string(),
    digest: z.string(),
    scale: z.enum(["binary", "graded"]),
    raters: z.array(z.string()),
  }),
  confidence: z.number(),
  rows: z.number(),
  agreed: z.number(),
  kappa: figure,
  weightedKappa: figure.nullable(),
  unreadable: z.number(),
  failed: z.number(),
  isOffline: z.boolean(),
  run: z.string().optional(),
});

const digestDigits = 16;

/** One file for each judge: `<state>/judges/<digest>.jsonl`, one check a line, the newest last. */
function judgeChecksFile(statePath: string, digest: string): string {
  return join(statePath, "judges", `${digest.slice(0, digestDigits)}.jsonl`);
}

/** Appends a check. Rejects with StoreError. */
export async function addJudgeCheck(statePath: string, check: JudgeCheck): Promise<string> {
  const file = judgeChecksFile(statePath, check.judge.digest);
  try {
    await ensureFolder(join(statePath, "judges"), privateFolder);
    await appendFile(file, renderJsonLine(toRecordJson({ format: 1, ...check })), { mode: privateFile });
    return file;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(`${file} cannot be written: ${reason}`, { cause });
  }
}

/**
 * The newest check of the judge with this digest; undefined without one. Labels that the judge's rules were
 * optimized on say too much in its favor: for those, the check on the held-out part counts.
 */
export async function findJudgeCheck(statePath: string, digest: string): Promise<JudgeCheck | undefined> {
  const checks = await readJudgeChecks(statePath, digest);
  const learned = new Set(checks.flatMap(({ run, labels }) => (run === undefined ? [] : [labels.digest])));
  return checks.filter(({ run, labels }) => run !== undefined || !learned.has(labels.digest)).at(-1);
}

/** Every check of the judge, the newest last. Damaged lines are skipped. */
export async function readJudgeChecks(statePath: string, digest: string): Promise<readonly JudgeCheck[]> {
  const file = judgeChecksFile(statePath, digest);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return [];
    throw new StoreError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  return text.split("\n").flatMap((line) => {
    const parsed = parseJsonLine(line);
    if (parsed === undefined || "problem" in parsed) return [];
    const { value } = parsed;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const read = checkSchema.safeParse(fromRecordJson(value as Parameters<typeof fromRecordJson>[0]));
    return read.success && read.data.judge.digest === digest ? [read.data as JudgeCheck] : [];
  });
}
