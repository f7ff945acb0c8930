import type { TraceSink } from "../contracts/trace-store.ts";

/**
 * What `new OpenAI({ daoOpt: … })` takes. The same goes for `libretto:`, where Libretto's own names are usual;
 * where both are given, `daoOpt` counts.
 */
export interface DaoOptOptions {
  /** Name of prompts whose call gives none. */
  promptName?: string | undefined;
  /** Libretto's name for `promptName`. */
  promptTemplateName?: string | undefined;
  /** Record calls without a name too, under one made of their template. Default: false, they are not recorded. */
  allowUnnamedPrompts?: boolean | undefined;
  /** Take personal data and keys of providers out of what is recorded. What goes to the provider stays as it is. */
  redactPii?: boolean | undefined;
  /** Conversation of calls that give none. */
  chatId?: string | undefined;
  /** Folder that traces are written to, JSON Lines; or a sink of your own. Default: `.dao-opt/traces`. */
  store?: string | TraceSink | undefined;
  /** Address of a `dao-opt serve`, in place of a folder. */
  url?: string | undefined;
  /** Key of that server. */
  apiKey?: string | undefined;
  /** Answers wait until their event is kept; streams wait at their end. Default: false. */
  waitForEvent?: boolean | undefined;
  /** `dev`, `staging`, `prod` … */
  environment?: string | undefined;
}

/** What `create({ …, daoOpt: … })` takes, under `libretto:` too. None of it reaches the provider. */
export interface DaoOptCallOptions {
  promptName?: string | undefined;
  /** Libretto's name for `promptName`. */
  promptTemplateName?: string | undefined;
  /** Values of the variables. */
  templateParams?: Readonly<Record<string, unknown>> | undefined;
  /** Template of messages that are given finished: recorded, not filled. */
  templateChat?: readonly { readonly role: string; readonly content?: unknown }[] | undefined;
  /** Template of a prompt that is given finished: recorded, not filled. */
  templateText?: string | undefined;
  /** Calls of one conversation. */
  chatId?: string | undefined;
  /** Calls of one job: a UUID of any version. */
  chainId?: string | undefined;
  /** The application's own id of this call. Default: a new UUID. */
  eventId?: string | undefined;
  /** The call that this one belongs to; also the chain, where `chainId` is not given. */
  parentEventId?: string | undefined;
  /** What feedback names. Default: a new UUID. */
  feedbackKey?: string | undefined;
  /** Anything to be kept with the trace. */
  context?: Readonly<Record<string, unknown>> | undefined;
}

/** What a recorded answer carries besides what the provider said. Not enumerable: copies and JSON stay the provider's. */
export interface WithFeedbackKey {
  readonly daoOpt?: { readonly feedbackKey: string };
  readonly libretto?: { readonly feedbackKey: string };
  readonly libretto_feedback_key?: string;
}

/** What `sendFeedback` takes: a rating, a better answer, or both; or `isDeleted` to take earlier feedback back. */
export interface Feedback {
  feedbackKey: string | undefined;
  /** 0 (wrong) to 1 (right). */
  rating?: number | undefined;
  betterResponse?: string | undefined;
  comment?: string | undefined;
  isDeleted?: boolean | undefined;
}

interface Extended {
  readonly daoOpt?: DaoOptOptions | undefined;
  readonly libretto?: DaoOptOptions | undefined;
}

/** Options for a client derived from another: what `daoOpt` and `libretto` leave out stays as it was. */
export function mergeOptions<Options extends Extended>(before: Extended, changes: Options): Options {
  const daoOpt = merged(before.daoOpt, changes.daoOpt);
  const libretto = merged(before.libretto, changes.libretto);
  return {
    ...changes,
    ...(daoOpt === undefined ? {} : { daoOpt }),
    ...(libretto === undefined ? {} : { libretto }),
  };
}

function merged(
  before: DaoOptOptions | undefined,
  changes: DaoOptOptions | undefined,
): DaoOptOptions | undefined {
  if (changes === undefined) return undefined;
  const { store, url, ...rest } = before ?? {};
  // Another place to write to stands for the one before, of either kind.
  const place = changes.store === undefined && changes.url === undefined ? { store, url } : {};
  return { ...rest, ...place, ...changes };
}

/** Objects under `daoOpt` and `libretto`, later ones counting; keys may be written as Libretto's Python client has them. */
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
