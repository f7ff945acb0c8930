import type { APIPromise, ClientOptions as SdkOptions } from "openai";
import type { TraceLosses } from "../contracts/trace-store.ts";
import type { JsonValue } from "../core/data/json.ts";
import { sdk } from "./checked-sdk.ts";
import { type DaoOptOptions, type Feedback, mergeOptions } from "./client-options.ts";
import type { PostOptions, SentRequest } from "./record/call-secrets.ts";
import { type ClientRecorder, openRecorder } from "./record/client-recorder.ts";
import type { RecordedChat, RecordedCompletions, RecordedResponses } from "./resource-types.ts";

export interface ClientOptions extends SdkOptions {
  daoOpt?: DaoOptOptions | undefined;
  /** For code that comes from Libretto. */
  libretto?: DaoOptOptions | undefined;
}

/** The SDK's client, with its calls recorded. The constructor throws UsageError when `daoOpt` cannot be used. */
export class RecordedOpenAI extends sdk.OpenAI {
  declare chat: RecordedChat;
  declare completions: RecordedCompletions;
  declare responses: RecordedResponses;
  readonly #recorder: ClientRecorder;

  constructor(options: ClientOptions = {}) {
    super(options);
    this.#recorder = openRecorder(this, "openai", options);
  }

  override withOptions(options: Partial<ClientOptions>): this {
    return super.withOptions(mergeOptions(this._options as ClientOptions, options));
  }

  override post<Answer>(path: string, options?: PostOptions): APIPromise<Answer> {
    return this.#recorder.post(path, options, (to, given) => super.post(to, given)) as APIPromise<Answer>;
  }

  protected override async prepareRequest(...[request, context]: SentRequest): Promise<void> {
    await super.prepareRequest(request, context);
    this.#recorder.sent(request, context.options);
  }

  /** Says what an answer was worth. Resolves when it is handed over; rejects with UsageError for a wrong rating. */
  sendFeedback(feedback: Feedback): Promise<void> {
    return this.#recorder.sendFeedback(feedback);
  }

  /** Says what a chain of calls came to. */
  updateChain(id: string, result: JsonValue): Promise<void> {
    return this.#recorder.updateChain(id, result);
  }

  /** Resolves when the events of all calls that ended before are kept or lost, with how many were lost. */
  flush(): Promise<TraceLosses> {
    return this.#recorder.flush();
  }
}
