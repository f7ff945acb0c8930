import { z } from "zod";
import type { PromptRecord } from "../registry-storage.ts";
import { isText, type PlainShape, parseYamlRecord, renderRecord } from "./record-text.ts";

/** Keys of `prompt.yaml`, as in a registry export. */
export const promptRecordSchema = z.object({
  id: z.string().regex(/^pr_\w+$/),
  description: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  readme: z.string().nullish(),
  created_at: z.string().min(1),
});

const plainShape: PlainShape = {
  required: ["id", "created_at"],
  keys: {
    id: (value) => typeof value === "string" && /^pr_\w+$/.test(value),
    description: isText,
    readme: isText,
    tags: (value) => typeof value === "object",
    created_at: isText,
  },
};

/** Parses `prompt.yaml`. Throws RegistryError naming the file. */
export function parsePromptYaml(text: string, file: string): PromptRecord {
  return promptFromKeys(parseYamlRecord(text, promptRecordSchema, file, plainShape));
}

export function promptFromKeys(read: z.output<typeof promptRecordSchema>): PromptRecord {
  const { id, description, tags, readme, created_at } = read;
  return Object.freeze({
    id,
    ...(typeof description === "string" ? { description } : {}),
    tags: tags ?? {},
    ...(typeof readme === "string" ? { readme } : {}),
    createdAt: created_at,
  });
}

export function renderPromptYaml(record: PromptRecord): string {
  return renderRecord(promptKeys(record));
}

/** In file order; absent values are undefined. */
export function promptKeys(record: PromptRecord): Readonly<Record<string, unknown>> {
  const { id, description, tags, readme, createdAt } = record;
  const given = Object.keys(tags).length === 0 ? undefined : tags;
  return { id, description, tags: given, created_at: createdAt, readme };
}
