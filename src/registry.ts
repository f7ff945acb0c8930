import { join, resolve } from "node:path";
import { createPromptCaller, type PromptCallOptions } from "./calls/prompt/call-prompt.ts";
import { createCallServices } from "./calls/prompt/call-services.ts";
import type { PromptCallResponse, PromptCallStream } from "./calls/prompt/prompt-call.ts";
import type { InputsOf, PromptReference } from "./contracts/known-prompts.ts";
import type { PromptArchive, PromptVersion } from "./contracts/registry.ts";
import type { TraceLosses } from "./contracts/trace-store.ts";
import type { JsonObject } from "./core/data/json.ts";
import { openRegistry } from "./registry/open-registry.ts";
import { openTraceStore } from "./traces/open-trace-store.ts";

/** Options of `Registry.open`. */
export interface RegistryOpening {
  /** State folder for logged calls; default `.dao-opt` in the working folder. */
  readonly state?: string;
  /** Default author of versions and deployments. */
  readonly by?: string;
  /** Environment with provider keys and addresses (`OPENAI_API_KEY` …); default: the process environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Options of a call. For prompts known to `dao-opt registry types`, `inputs` is typed. */
export type RegistryCallOptions<Reference extends string> = Omit<PromptCallOptions, "inputs"> &
  (Record<never, never> extends InputsOf<Reference>
    ? { readonly inputs?: InputsOf<Reference> }
    : { readonly inputs: InputsOf<Reference> });

type CallArguments<Reference extends string> =
  Record<never, never> extends RegistryCallOptions<Reference>
    ? [options?: RegistryCallOptions<Reference>]
    : [options: RegistryCallOptions<Reference>];

/**
 * A registry with the calls of its prompts.
 *
 *     const registry = Registry.open("prompts");
 *     const { version } = await registry.upsert({
 *       path: "main/default/x", template: "Classify: {{text}}", templateLanguage: "default",
 *       model: { model: "gpt-4o-mini" },
 *     });
 *     await registry.deploy(version.versionId, "production", { note: "first" });
 *     const { output } = await registry.call("main/default/x@production", { inputs: { text: "a fine day" } });
 *
 * References: `path`, `path/3`, `path@3`, `path@production`, `path@latest`, `path@version-name`, `prv_…`, `pr_…`,
 * each with or without `prompts:/` in front. Errors: NotFoundError (near names in `hint`), ConflictError (a taken
 * name, a gate that did not pass), UsageError (a path or name that cannot be used), RegistryError (damage, a disk
 * that cannot be written).
 */
export interface Registry extends PromptArchive {
  /** Gets a version; the latest without a selector (`call` uses the deployed one). */
  get(
    reference: PromptReference,
    options?: { readonly defaultSelector?: "latest" | "deployed" },
  ): Promise<PromptVersion>;
  /**
   * Calls the model with a version; without a selector, the one in the default environment. Logs the call as
   * a trace. Rejects with UsageError naming all missing variables, and with ModelError if every sample
   * failed.
   */
  call<const Reference extends PromptReference>(
    reference: Reference,
    ...options: CallArguments<Reference>
  ): Promise<PromptCallResponse>;
  /** Like `call`, but streams the answer. */
  stream<const Reference extends PromptReference>(
    reference: Reference,
    ...options: CallArguments<Reference>
  ): Promise<PromptCallStream>;
  /** Resolves when all logs are stored or counted as lost. */
  close(): Promise<TraceLosses>;
}

export const Registry = Object.freeze({
  /**
   * Opens the registry in a folder (default `prompts` in the working folder). A missing folder is an empty
   * registry; the first write creates it. Any number of processes may use it at once.
   */
  open: openCallable,
});

function openCallable(folder = "prompts", options: RegistryOpening = {}): Registry {
  const { state, by, env = process.env } = options;
  const archive = openRegistry(folder, by === undefined ? {} : { by });
  const traces = openTraceStore({ folder: join(resolve(state ?? ".dao-opt"), "traces") });
  const caller = createPromptCaller(createCallServices({ registry: archive, traces, env }));
  // The types only admit JSON values.
  const plain = (options: unknown) => options as PromptCallOptions & { readonly inputs?: JsonObject };
  return Object.freeze({
    ...archive,
    call: (reference: string, options?: unknown) => caller.call(reference, plain(options ?? {})),
    stream: (reference: string, options?: unknown) => caller.stream(reference, plain(options ?? {})),
    close: () => traces.close(),
  }) as Registry;
}
