import type { TraceSink } from "../contracts/trace-store.ts";
import { defined } from "../core/defined.ts";

/**
 * Options of `new OpenAI({ daoOpt: … })`. `libretto:` accepts the same options and Libretto's own names; `daoOpt`
 * takes precedence.
 */
export interface DaoOptOptions {
  /** Prompt name for calls without one. */
  promptName?: string | undefined;
  /** Libretto's name for `promptName`. */
  promptTemplateName?: string | undefined;
  /** Record calls without a prompt name too, under a name derived from their template. Default: false. */
  allowUnnamedPrompts?: boolean | undefined;
  /** Remove personal data and provider keys from what is recorded. Requests to the provider are unchanged. */
  redactPii?: boolean | undefined;
  /** Conversation of calls without one. */
  chatId?: string | undefined;
  /** Folder for traces as JSON Lines, or a custom sink. Default: `.dao-opt/traces`. */
  store?: string | TraceSink | undefined;
  /** Address of a `dao-opt serve`, instead of a folder. */
  url?: string | undefined;
  /** Key for that server. */
  apiKey?: string | undefined;
  /** Delay answers, and the ends of streams, until their event is stored. Default: false. */
  waitForEvent?: boolean | undefined;
  /** `dev`, `staging`, `prod` … */
  environment?: string | undefined;
}

/** Options of `create({ …, daoOpt: … })`, also under `libretto:`. None of them reaches the provider. */
export interface DaoOptCallOptions {
  promptName?: string | undefined;
  /** Libretto's name for `promptName`. */
  promptTemplateName?: string | undefined;
  /** Values of the template's variables. */
  templateParams?: Readonly<Record<string, unknown>> | undefined;
  /** Template of messages that are already filled: recorded, not filled. */
  templateChat?: readonly { readonly role: string; readonly content?: unknown }[] | undefined;
  /** Template of a prompt that is already filled: recorded, not filled. */
  templateText?: string | undefined;
  /** Conversation of the call. */
  chatId?: string | undefined;
  /** Groups calls of one job: a UUID of any version. */
  chainId?: string | undefined;
  /** The application's own id of the call. Default: a new UUID. */
  eventId?: string | undefined;
  /** Parent call; also the chain if `chainId` is not set. */
  parentEventId?: string | undefined;
  /** Key that feedback refers to. Default: a new UUID. */
  feedbackKey?: string | undefined;
  /** Any data to store with the trace. */
  context?: Readonly<Record<string, unknown>> | undefined;
}

/** Extra property of a recorded answer. Not enumerable, so copies and JSON match the provider's answer. */
export interface WithFeedbackKey {
  readonly daoOpt?: { readonly feedbackKey: string };
  readonly libretto?: { readonly feedbackKey: string };
  readonly libretto_feedback_key?: string;
}

/** Options of `sendFeedback`: a rating, a better answer, or both; `isDeleted` retracts earlier feedback. */
export interface Feedback {
  feedbackKey: string | undefined;
  /** 0 (wrong) to 1 (correct). */
  rating?: number | undefined;
  betterResponse?: string | undefined;
  comment?: string | undefined;
  isDeleted?: boolean | undefined;
}

interface Extended {
  readonly daoOpt?: DaoOptOptions | undefined;
  readonly libretto?: DaoOptOptions | undefined;
}

/** Options for a derived client: `daoOpt` and `libretto` values that are not set stay unchanged. */
export function mergeOptions<Options extends Extended>(before: Extended, changes: Options): Options {
  const daoOpt = merged(before.daoOpt, changes.daoOpt);
  const libretto = merged(before.libretto, changes.libretto);
  return {
    ...changes,
    ...defined({ daoOpt, libretto }),
  };
}

function merged(
  before: DaoOptOptions | undefined,
  changes: DaoOptOptions | undefined,
): DaoOptOptions | undefined {
  if (changes === undefined) return undefined;
  const { store, url, ...rest } = before ?? {};
  // A new destination of either kind replaces the previous one.
  const place = changes.store === undefined && changes.url === undefined ? { store, url } : {};
  return { ...rest, ...place, ...changes };
}

/**
 * Merges the objects under `daoOpt` and `libretto`; later ones take precedence. Accepts key spellings of
 * Libretto's Python client.
 */
export function mergeGiven<Options extends object>(...given: readonly unknown[]): Partial<Options> {
  const merged: Record<string, unknown> = {};
  for (const one of given) {
    if (typeof one !== "object" || one === null) continue;
    for (const [key, value] of Object.entries(one)) {
      if (value !== undefined && value !== null) merged[camelCase(key)] = value;
    }
  }
  return merged as Partial<Options>;
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
