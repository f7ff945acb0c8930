import { callPrompt } from "../../../src/calls/prompt/call-prompt.ts";
import { createCallServices, type PromptCallServices } from "../../../src/calls/prompt/call-services.ts";
import type { PromptCallDelta, PromptCallRequest } from "../../../src/calls/prompt/prompt-call.ts";
import { streamPrompt } from "../../../src/calls/prompt/sample/stream-prompt.ts";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import type { ModelConfiguration, Template } from "../../../src/core/prompt/prompt.ts";
import type { Trace } from "../../../src/core/trace.ts";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../support/loopback-openai.ts";

export const apiKey = "sk-loopback-0123456789";

/** An in-memory registry, a scripted local provider, and the traces of all calls. */
export interface CallWorld {
  readonly registry: PromptArchive;
  readonly server: LoopbackOpenAI;
  readonly traces: readonly Trace[];
  readonly services: PromptCallServices;
  /** Stores a version of the prompt `x`. */
  file(template: Template, model?: Partial<ModelConfiguration>): ReturnType<PromptArchive["upsert"]>;
  call(request?: PromptCallRequest): ReturnType<typeof callPrompt>;
  /** The stream, read to its end. */
  read(request?: PromptCallRequest): Promise<{
    readonly deltas: readonly PromptCallDelta[];
    readonly response: Awaited<ReturnType<typeof callPrompt>>;
  }>;
  close(): Promise<void>;
}

export async function openCallWorld(
  options: LoopbackOptions = {},
  given: Partial<PromptCallServices> = {},
): Promise<CallWorld> {
  const registry = createMemoryRegistry();
  const server = await startLoopbackOpenAI({ apiKey, ...options });
  const traces: Trace[] = [];
  const services = createCallServices({
    registry,
    traces: {
      append: (trace) => traces.push(trace),
      flush: async () => ({ count: 0 }),
      find: async (id) => traces.find(({ traceId }) => traceId === id),
    },
    env: { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: server.baseUrl },
    ...given,
  });
  return {
    ...{ registry, server, traces, services },
    file: (template, model = {}) =>
      registry.upsert({
        path: "x",
        template,
        templateLanguage: "default",
        model: { model: "gpt-4o-mini", ...model },
      }),
    call: (request = {}) => callPrompt(services, { path: "x", ...request }),
    async read(request = {}) {
      const stream = await streamPrompt(services, { path: "x", ...request });
      const deltas: PromptCallDelta[] = [];
      for await (const delta of stream) deltas.push(delta);
      return { deltas, response: await stream.response };
    },
    close: () => server.close(),
  };
}
