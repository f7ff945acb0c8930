import type {
  Adaptation,
  Completion,
  CompletionRequest,
  LanguageModel,
} from "../../contracts/language-model.ts";
import type { ModelServices } from "../../contracts/plugin.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { abortedError, throwIfAborted } from "../clock.ts";
import type { ChatConnection, ChatRoute } from "../generation/chat-route.ts";
import { estimatedUsage } from "../limits/answer-lengths.ts";
import { mergeParameters } from "../model-question.ts";
import { maskedError, secretMask, shownUrl } from "../secret-mask.ts";
import { adaptationNotice, createAdaptationLog } from "./adaptation-log.ts";
import { createDroppedNotes } from "./dropped-notes.ts";
import { bodyFault } from "./errors/body-fault.ts";
import type { ErrorContext } from "./errors/network-errors.ts";
import { translateError } from "./errors/openai-errors.ts";
import { filteredCompletion, readCompletion } from "./openai-answer.ts";
import { reasoningMembers, requestBody } from "./openai-request.ts";
import { sendAdapted } from "./send-adapted.ts";

/**
 * A model that is reached along a route: one attempt per call and no deadline (the stack adds both). A request rejected
 * because of one parameter is sent again without it. A truncated answer is returned with `finishReason: "length"`.
 */
export function createRouteModel(route: ChatRoute, services: ModelServices): LanguageModel {
  const { spec, secrets, adaptations = createAdaptationLog(), warn = () => {} } = services;
  const { provider } = spec;
  const { baseUrl } = route;
  const who = baseUrl === undefined ? spec.name : `${spec.name} at ${shownUrl(baseUrl)}`;
  const mask = secretMask(secrets, baseUrl);
  const context: ErrorContext = { spec, who, keyVariable: route.keyVariable, mask };
  let connection: Promise<ChatConnection> | undefined;

  async function ask(request: CompletionRequest): Promise<Completion> {
    connection ??= route.connect(spec, secrets);
    const opened = await connection;
    const parameters = mergeParameters(spec.parameters, request.parameters);
    const asked = requestBody(spec.name, parameters, request.messages, { provider, baseUrl });
    noteBudget(parameters.reasoningEffort);
    let startedAt = performance.now();
    const sending = {
      modelKey: spec.key,
      log: adaptations,
      onLearned: (adaptation: Adaptation) => warn(adaptationNotice(adaptation, spec)),
    };
    const dropped = createDroppedNotes(sending);
    const send = async (body: JsonObject): Promise<unknown> => {
      throwIfAborted(request.signal);
      startedAt = performance.now();
      const { signal } = request;
      const answer = await opened.whole("/chat/completions", body, { signal, onDropped: dropped.onDropped });
      const fault = bodyFault(answer);
      if (fault !== undefined) throw fault;
      return answer;
    };
    const mayPay = (usage: TokenUsage) => request.onUnused?.(usage) ?? true;
    const { answer, adapted: known } = await sendAdapted(
      { ...sending, body: asked, quirks: route.quirks, mayPay },
      send,
    );
    const adapted = [...new Set([...known, ...dropped.names])];
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
    const { note } = reasoningMembers(effort, { model: spec.name, provider, baseUrl });
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
