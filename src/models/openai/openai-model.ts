import type { OpenAI } from "openai";
import { z } from "zod";
import type { Completion, CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { ModelServices } from "../../contracts/plugin.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defineModel } from "../../plugins/define.ts";
import { abortedError, throwIfAborted } from "../clock.ts";
import { estimatedUsage } from "../limits/answer-lengths.ts";
import { mergeParameters } from "../model-question.ts";
import { maskedError, secretMask, shownUrl } from "../secret-mask.ts";
import { adaptationNotice, createAdaptationLog } from "./adaptation-log.ts";
import { bodyFault } from "./errors/body-fault.ts";
import type { ErrorContext } from "./errors/network-errors.ts";
import { translateError } from "./errors/openai-errors.ts";
import { filteredCompletion, readCompletion } from "./openai-answer.ts";
import { openClient } from "./openai-client.ts";
import {
  azureEndpoint,
  databricksEndpoint,
  defaultAzureVersion,
  type OpenAIEndpoint,
  ollamaEndpoint,
  openaiEndpoint,
  reachEndpoint,
} from "./openai-endpoint.ts";
import { reasoningMembers, requestBody } from "./openai-request.ts";
import { sendAdapted } from "./send-adapted.ts";

const noOptions = z.strictObject({});

export const openaiProvider = defineModel({
  name: "openai",
  summary: "OpenAI or any endpoint compatible with its chat completions (base_url)",
  options: noOptions,
  create: (_, services) => createOpenAIModel(openaiEndpoint(services.spec), services),
});

export const azureProvider = defineModel({
  name: "azure",
  summary: "Azure OpenAI; name is the deployment, base_url the resource's endpoint",
  options: z.strictObject({
    api_version: z.string().min(1).default(defaultAzureVersion).describe("version of the Azure OpenAI API"),
  }),
  create: ({ api_version }, services) =>
    createOpenAIModel(azureEndpoint(services.spec, api_version), services),
});

export const databricksProvider = defineModel({
  name: "databricks",
  summary: "Databricks model serving; base_url is the workspace",
  options: noOptions,
  create: (_, services) => createOpenAIModel(databricksEndpoint(services.spec), services),
});

export const ollamaProvider = defineModel({
  name: "ollama",
  summary: "models served by Ollama locally or at base_url",
  options: noOptions,
  create: (_, services) => createOpenAIModel(ollamaEndpoint(services.spec), services),
});

/**
 * Chat completions of any OpenAI-compatible endpoint: one attempt per call and no deadline (the stack adds both).
 * A request rejected because of one parameter is sent again without it. A truncated answer is returned with
 * `finishReason: "length"`.
 */
export function createOpenAIModel(endpoint: OpenAIEndpoint, services: ModelServices): LanguageModel {
  const { spec, secrets, adaptations = createAdaptationLog(), warn = () => {} } = services;
  const who = endpoint.baseUrl === undefined ? spec.name : `${spec.name} at ${shownUrl(endpoint.baseUrl)}`;
  const mask = secretMask(secrets, endpoint.baseUrl);
  const context: ErrorContext = { spec, who, keyVariable: endpoint.keyVariable, mask };
  let client: Promise<OpenAI> | undefined;

  async function ask(request: CompletionRequest): Promise<Completion> {
    client ??= openClient(endpoint, reachEndpoint(endpoint, spec, secrets), secrets);
    const opened = await client;
    const parameters = mergeParameters(spec.parameters, request.parameters);
    const asked = requestBody(spec.name, parameters, request.messages, endpoint.baseUrl);
    noteBudget(parameters.reasoningEffort);
    let startedAt = performance.now();
    const send = async (body: JsonObject): Promise<unknown> => {
      throwIfAborted(request.signal);
      startedAt = performance.now();
      const answer = await opened.post<unknown>("/chat/completions", {
        body,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const fault = bodyFault(answer);
      if (fault !== undefined) throw fault;
      return answer;
    };
    const { answer, adapted } = await sendAdapted(
      {
        body: asked,
        modelKey: spec.key,
        log: adaptations,
        onLearned: (adaptation) => warn(adaptationNotice(adaptation, spec)),
        mayPay: (usage) => request.onUnused?.(usage) ?? true,
      },
      send,
    );
    const completion = readCompletion(answer, {
      who,
      latencyMs: performance.now() - startedAt,
      keepsReasoning: spec.reasoning === "keep",
      estimateUsage: (text) => estimatedUsage(request.messages, text),
    });
    return adapted.length === 0 ? completion : Object.freeze({ ...completion, adapted });
  }

  const notedBudgets = new Set<string | number>();
  function noteBudget(effort: string | number | undefined): void {
    if (effort === undefined || notedBudgets.has(effort)) return;
    notedBudgets.add(effort);
    const { note } = reasoningMembers(effort, { model: spec.name, baseUrl: endpoint.baseUrl });
    if (note !== undefined) warn(note);
  }

  return Object.freeze({
    provider: spec.provider,
    modelId: spec.name,
    async complete(request: CompletionRequest): Promise<Completion> {
      const startedAt = performance.now();
      try {
        // A model may repeat a key that a proxy inserted; journals and caches must not contain it.
        return mask.deep(await ask(request));
      } catch (error) {
        if (request.signal?.aborted === true) throw abortedError();
        const translated = translateError(error, context);
        if (translated.kind === "content_filter") return filteredCompletion(performance.now() - startedAt);
        // Errors about a malformed answer quote it.
        throw maskedError(translated, mask);
      }
    },
  });
}
