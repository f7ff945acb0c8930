import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { importFiles } from "../../../collect/import/import-files.ts";
import type { ImportRequest } from "../../../collect/import/import-items.ts";
import {
  type InferredCall,
  type InferredTemplates,
  inferTemplates,
} from "../../../collect/infer/infer-templates.ts";
import { proposalYaml } from "../../../collect/infer/proposal-yaml.ts";
import { createUnrenderer } from "../../../collect/unrender/create-unrenderer.ts";
import { templatesOfConfig } from "../../../collect/unrender/known-template.ts";
import { NotFoundError, StoreError, UsageError } from "../../../core/errors.ts";
import { messageText } from "../../../core/prompt/message.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { asTyped, type CliContext, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { readRowMapping } from "../../session/row-mapping.ts";
import { openStores, readWorkspace } from "../../session/workspace.ts";
import { readSettings } from "../../settings.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { collectImportOutput } from "./output.ts";
import { renderImport } from "./text.ts";

/** Enough to infer a template, and bounded in memory. */
const mostCalls = 5000;
const mostCharacters = 40_000_000;

/** Collects calls that match no known template and proposes templates for them. */
export interface Inference {
  readonly see: NonNullable<ImportRequest["onTrace"]>;
  propose(
    name: string,
    context: CliContext,
  ): Promise<{ readonly found: InferredTemplates; readonly file: string | null }>;
}

function openTemplateInference(): Inference {
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
        throw new StoreError(`${name} is not writable: ${(cause as Error).message}`, { cause });
      }
      return { found, file: name };
    },
  };
}

/**
 * `collect import FILE…`. Unreadable entries are counted and reported with exit 0. Exit 1 if the store lost
 * traces, 2 if nothing was readable.
 */
export async function collectImportCommand(
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const configFile = textOption(options, "config");
  const settings = await readSettings(options, context, configFile);
  const opened = configFile === undefined ? undefined : await openConfig(configFile, settings, context);
  const places = opened?.config ?? (await readWorkspace(options, context));
  const stores = await openStores(places, context);
  const known = opened === undefined ? undefined : await knownTemplates(opened);
  const dataset = textOption(options, "dataset");
  const prompt = promptPath(textOption(options, "prompt"), opened);
  const columns = readRowMapping(options);
  const limit = limitOf(options["limit"]);
  const isRedacted = options["redact"] === true;
  const inference = options["inferTemplate"] === true ? openTemplateInference() : undefined;
  const proposalFile = textOption(options, "output") ?? "prompts.inferred.yaml";
  if (inference !== undefined) refuseOverwriting(resolve(context.cwd, proposalFile), proposalFile);
  const request: ImportRequest = {
    files: files.map((name) => ({ path: resolve(context.cwd, name), name })),
    format: textOption(options, "format") ?? "auto",
    ...stores,
    ...(dataset === undefined ? {} : { dataset }),
    ...(known === undefined ? {} : { known }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
    ...(limit === undefined ? {} : { limit }),
    ...(isRedacted ? { redaction: await openRedaction() } : {}),
    ...(inference === undefined ? {} : { onTrace: inference.see }),
  };
  try {
    const counts = await importFiles(request);
    const output = collectImportOutput({
      counts,
      datasetFile: dataset === undefined ? "" : stores.datasets.fileOf(dataset),
      prompt,
      unusable: (known?.unrenderer.unusable ?? []).map(({ known: { path }, reason }) => ({
        prompt: path,
        reason,
      })),
      inferred: inference && (await inference.propose(proposalFile, context)),
      isRedacted,
    });
    if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    else {
      const look = lookOf(context, context.stdout, settings);
      context.stdout.write(wrapText(asTyped(renderImport(output), context), look.columns));
    }
    return counts.lost.count > 0 ? exitRuntime : exitDone;
  } finally {
    await stores.traces.close();
  }
}

async function knownTemplates({
  config,
  registry,
}: OpenedConfig): Promise<NonNullable<ImportRequest["known"]>> {
  const templates = await templatesOfConfig(config.prompts, registry);
  return { unrenderer: createUnrenderer(templates), paths: new Set(templates.map(({ path }) => path)) };
}

function promptPath(wanted: string | undefined, opened: OpenedConfig | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  if (opened === undefined)
    throw new UsageError("--prompt requires --config", {
      hint: "add --config config.yaml",
    });
  const prompts = Object.values(opened.config.prompts);
  const found = prompts.find(({ key, path }) => key === wanted || path === wanted);
  if (found !== undefined) return found.path;
  const names = prompts.flatMap(({ key, path }) => [key, path]);
  throw new NotFoundError("prompt", wanted, nearNames(wanted, names, 2));
}

async function openRedaction(): Promise<NonNullable<ImportRequest["redaction"]>> {
  const { createRedactor } = await import("../../../traces/redaction/create-redactor.ts");
  return createRedactor();
}

/** Never overwrites proposals that were edited by hand. */
function refuseOverwriting(path: string, name: string): void {
  if (existsSync(path))
    throw new UsageError(`${name} already exists`, {
      hint: "delete it or choose another file with --output",
    });
}

function limitOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const limit = Number(given);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new UsageError(`--limit must be a whole number of at least 1, got "${String(given)}"`);
  return limit;
}

function textOption(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
