import type { APIPromise, OpenAI } from "openai";
import type { TraceLosses } from "../../contracts/trace-store.ts";
import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { UsageError } from "../../core/errors.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { tracedEndpoint } from "../../traces/openai/read-request.ts";
import { type DaoOptOptions, type Feedback, mergeGiven } from "../client-options.ts";
import { callSettings, clientSettings } from "../client-settings.ts";
import { createEventRecorder } from "../delivery/event-recorder.ts";
import { createProcessDelivery, type ProcessDelivery } from "../delivery/process-delivery.ts";
import { type ClientHost, processHost } from "../process-host.ts";
import { fillBody } from "../template/fill-body.ts";
import { callSecrets, type PostOptions } from "./call-secrets.ts";
import { keyListenerOf, markHelpers } from "./mark-runner.ts";
import { openCall, type RecordedCall } from "./recorded-call.ts";
import { RecordedPromise, rejectedPromise, watchSource } from "./recorded-promise.ts";

/** Shared by all clients of the process, of whatever class. */
const delivery = createProcessDelivery(processHost);
const recording = new WeakSet<object>();

/** Creates the recorder of a new client in the current process. */
export function openRecorder(
  client: OpenAI,
  provider: string,
  options: { readonly daoOpt?: DaoOptOptions | undefined; readonly libretto?: DaoOptOptions | undefined },
): ClientRecorder {
  const recorder = createClientRecorder({ client, provider, options, host: processHost, delivery });
  markHelpers(client);
  recording.add(client);
  return recorder;
}

/** Whether a value is a client of this package. */
export function isRecording(value: unknown): boolean {
  return typeof value === "object" && value !== null && recording.has(value);
}

type Send = (path: string, options: PostOptions) => APIPromise<unknown>;

/** The recording functions of a client. */
export interface ClientRecorder {
  /** Every create, parse and stream of the SDK goes through this method. */
  post(path: string, options: PostOptions, send: Send): APIPromise<unknown>;
  /** Called for each attempt: `request` as it will be sent, `options` as `post` passed them on. */
  sent(request: { readonly body?: unknown }, options: object): void;
  sendFeedback(feedback: Feedback): Promise<void>;
  updateChain(id: string, result: JsonValue): Promise<void>;
  flush(): Promise<TraceLosses>;
}

interface RecorderParts {
  readonly client: OpenAI;
  readonly provider: string;
  readonly options: {
    readonly daoOpt?: DaoOptOptions | undefined;
    readonly libretto?: DaoOptOptions | undefined;
  };
  readonly host: ClientHost;
  readonly delivery: ProcessDelivery;
}

/** Links attempts to their call; symbols survive the SDK's copies of its options. */
const callKey = Symbol("dao-opt call");
const clock = { now: () => new Date(), monotonicMs: () => performance.now() };

/** Throws UsageError if the options are invalid. */
export function createClientRecorder({
  client,
  provider,
  options,
  host,
  delivery,
}: RecorderParts): ClientRecorder {
  const settings = clientSettings(options, host);
  const events = createEventRecorder(settings, {
    openSink: () => delivery.openSink(settings.destination),
    openRedactor: () => delivery.openRedactor(),
    begin: (work) => delivery.begin(work),
    settled: () => delivery.settled(),
    onLoss: (losses) => delivery.warn(losses),
  });

  if (options.daoOpt !== undefined || options.libretto !== undefined) events.prepare();

  const { destination } = settings;
  const serverKey = destination.kind === "server" ? destination.apiKey : undefined;
  let hasWarned = false;
  const warnOnce = (message: string) => {
    if (!hasWarned) host.warn(message);
    hasWarned = true;
  };

  const post: ClientRecorder["post"] = (path, given, send) => {
    if (given === undefined || "then" in given || !isBody(given.body)) return send(path, given);
    const { daoOpt, libretto, ...rest } = given.body;
    const isExtended = daoOpt !== undefined || libretto !== undefined;
    const body = isExtended ? rest : given.body;
    const endpoint = tracedEndpoint(path);
    if (endpoint === undefined) return send(path, isExtended ? { ...given, body } : given);
    const call = callSettings({ daoOpt, libretto }, settings);
    let filled: ReturnType<typeof fillBody>;
    try {
      filled = fillBody(endpoint, body, call.templateParams ?? {});
    } catch (error) {
      return rejectedPromise(client, error);
    }
    const sent = filled.body === given.body ? given : { ...given, body: filled.body };
    if (call.promptName === undefined && !settings.allowsUnnamed) return send(path, sent);
    const recorded: RecordedCall = openCall({
      endpoint,
      name: call.promptName,
      settings: call,
      used: filled.used,
      provider,
      body: filled.body,
      waitsForEvent: settings.waitsForEvent,
      clock,
      takeSecrets: () => callSecrets(client, given, serverKey),
      keep(finished) {
        delivery.ended(recorded);
        return events.keep(finished);
      },
    });
    delivery.open(recorded);
    keyListenerOf(daoOpt)?.(call.feedbackKey);
    const source = send(path, { ...sent, [callKey]: recorded } as PostOptions);
    return new RecordedPromise(client, watchSource(source, recorded), recorded);
  };

  return {
    post,
    sent(request, sentOptions) {
      (sentOptions as { readonly [callKey]?: RecordedCall })[callKey]?.sent(request.body);
    },
    async sendFeedback(given) {
      const { feedbackKey, rating, betterResponse, comment, isDeleted } = mergeGiven<Feedback>(given);
      if (feedbackKey === undefined || feedbackKey === "") {
        warnOnce(
          "dao-opt/openai: feedback without a feedbackKey was not recorded; check that the prompt has a name",
        );
        return;
      }
      if (rating !== undefined && !(rating >= 0 && rating <= 1)) {
        throw new UsageError(`rating must be from 0 to 1, got ${rating}`);
      }
      const feedback: TraceFeedback = {
        ...defined({ rating, betterResponse, comment }),
        at: clock.now().toISOString(),
      };
      const kept = events.addFeedback(feedbackKey, isDeleted === true ? { isDeleted } : feedback);
      if (settings.waitsForEvent) await kept;
    },
    async updateChain(id, result) {
      const kept = events.updateChain(id, result);
      if (settings.waitsForEvent) await kept;
    },
    flush: () => events.flush(),
  };
}

function isBody(body: unknown): body is Readonly<Record<string, unknown>> {
  return isJsonObject(body) && Object.getPrototypeOf(body) === Object.prototype;
}
