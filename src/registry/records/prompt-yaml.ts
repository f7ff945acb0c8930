import { z } from "zod";
import type { PromptRecord } from "../shelf.ts";
import { parseRecord, renderRecord } from "./record-text.ts";

const schema = z.object({
  id: z.string().regex(/^pr_\w+$/),
  description: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  readme: z.string().nullish(),
  created_at: z.string().min(1),
});

/** `prompt.yaml`. Throws RegistryError naming the file. */
export function parsePromptYaml(text: string, file: string): PromptRecord {
  const { id, description, tags, readme, created_at } = parseRecord(text, schema, file);
  return Object.freeze({
    id,
    ...(typeof description === "string" ? { description } : {}),
    tags: tags ?? {},
    ...(typeof readme === "string" ? { readme } : {}),
    createdAt: created_at,
  });
}

export function renderPromptYaml({ id, description, tags, readme, createdAt }: PromptRecord): string {
  const given = Object.keys(tags).length === 0 ? undefined : tags;
  return renderRecord({ id, description, tags: given, created_at: createdAt, readme });
}
