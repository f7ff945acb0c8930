import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ImportRequest } from "../../../collect/import/import-items.ts";
import {
  type InferredCall,
  type InferredTemplates,
  inferTemplates,
} from "../../../collect/infer/infer-templates.ts";
import { proposalYaml } from "../../../collect/infer/proposal-yaml.ts";
import { StoreError } from "../../../core/errors.ts";
import { messageText } from "../../../core/prompt/message.ts";
import type { CliContext } from "../../context.ts";

/** Templates show in far fewer calls; these fit into memory whatever their length. */
const mostCalls = 5000;
const mostCharacters = 40_000_000;

/** Gathers calls that no known template made, and proposes templates for them. */
export interface Inference {
  readonly see: NonNullable<ImportRequest["onTrace"]>;
  propose(
    name: string,
    context: CliContext,
  ): Promise<{ readonly found: InferredTemplates; readonly file: string | null }>;
}

export function openTemplateInference(): Inference {
  const calls: InferredCall[] = [];
  let characters = 0;
  return {
    see({ messages = [], name }, outcome) {
      if (outcome !== "unmatched" || messages.length === 0) return;
      if (calls.length >= mostCalls || characters >= mostCharacters) return;
      characters += messages.reduce((sum, message) => sum + messageText(message).length, 0);
      calls.push({ messages, name });
    },
    async propose(name, context) {
      const found = inferTemplates(calls);
      if (found.templates.length === 0) return { found, file: null };
      try {
        await writeFile(resolve(context.cwd, name), proposalYaml(found));
      } catch (cause) {
        throw new StoreError(`${name} cannot be written: ${(cause as Error).message}`, { cause });
      }
      return { found, file: name };
    },
  };
}
