import { createCallServices, type PromptCallServices } from "../../calls/prompt/call-services.ts";
import { chooseVersion } from "../../calls/prompt/version/choose-version.ts";
import type { PromptArchive, PromptVersion } from "../../contracts/registry.ts";
import type { TraceStore } from "../../contracts/trace-store.ts";
import type { TemplateRenderer } from "../../core/template/template-renderer.ts";
import type { Trace } from "../../core/trace.ts";
import type { ServerServices } from "../server-services.ts";
import { createLogCounts } from "./log-counts.ts";
import { createPromptResponder, type PromptResponder } from "./prompt-response.ts";

/** Services shared by the routes of the prompts API. */
export interface HumanloopServices {
  readonly registry: PromptArchive;
  readonly traces: TraceStore;
  readonly calls: PromptCallServices;
  readonly respond: PromptResponder;
  readonly templates: TemplateRenderer;
  readonly now: () => Date;
  /** Appends a trace and updates the counts. */
  readonly log: (trace: Trace) => void;
}

export function createHumanloopServices(services: ServerServices): HumanloopServices {
  const { registry, traces, env, models, clock, templates, allowedEndpoints } = services;
  const counts = createLogCounts(traces);
  const log = (trace: Trace): void => {
    counts.note(trace);
    traces.append(trace);
  };
  return {
    registry,
    traces,
    templates,
    calls: createCallServices({
      registry,
      traces: { append: log, flush: () => traces.flush(), find: (key) => traces.find(key) },
      env,
      models,
      templates,
      allowedEndpoints,
      now: () => clock.now(),
    }),
    respond: createPromptResponder(registry, counts, templates),
    now: () => clock.now(),
    log,
  };
}

/** Selects a version. `null` counts as absent. */
export interface VersionQuery {
  readonly version_id?: string | null | undefined;
  readonly environment?: string | null | undefined;
}

/**
 * Finds the version for a path `{id}`: by `version_id`, then `environment`, else the one in the default
 * environment. Unlike Humanloop, also accepts a prompt path as id.
 */
export function versionOf(
  { registry }: HumanloopServices,
  id: string,
  { version_id: versionId, environment }: VersionQuery,
): Promise<PromptVersion> {
  return chooseVersion(registry, {
    ...promptNamed(id),
    ...(versionId === null || versionId === undefined ? {} : { versionId }),
    ...(environment === null || environment === undefined ? {} : { environment }),
  });
}

function promptNamed(id: string): { readonly id: string } | { readonly path: string } {
  return /^pr_\w+$/.test(id) ? { id } : { path: id };
}
