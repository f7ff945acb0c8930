import { randomUUID } from "node:crypto";
import type { DaoOptCallOptions } from "./client-options.ts";
import type { ClientSettings } from "./client-settings.ts";
import { mergeGiven } from "./merge-given.ts";

/** What is known of one call besides its request. */
export interface CallSettings {
  readonly promptName: string | undefined;
  readonly templateParams: Readonly<Record<string, unknown>> | undefined;
  readonly templateChat: DaoOptCallOptions["templateChat"];
  readonly templateText: string | undefined;
  readonly chatId: string | undefined;
  readonly chainId: string | undefined;
  readonly parentId: string | undefined;
  readonly eventId: string;
  readonly feedbackKey: string;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

export function callSettings(
  given: { readonly daoOpt?: unknown; readonly libretto?: unknown },
  client: ClientSettings,
): CallSettings {
  const options = mergeGiven<DaoOptCallOptions & { readonly apiName: string }>(given.libretto, given.daoOpt);
  const { promptName, promptTemplateName, apiName, parentEventId } = options;
  return {
    promptName: promptName ?? promptTemplateName ?? client.promptName ?? apiName,
    templateParams: options.templateParams,
    templateChat: options.templateChat,
    templateText: options.templateText,
    chatId: options.chatId ?? client.chatId,
    chainId: options.chainId ?? parentEventId,
    parentId: parentEventId,
    eventId: options.eventId ?? randomUUID(),
    feedbackKey: options.feedbackKey ?? randomUUID(),
    context: options.context,
  };
}
