import type { APIPromise, ClientOptions as SdkOptions } from "openai";
import type { TraceLosses } from "../contracts/trace-store.ts";
import type { JsonValue } from "../core/data/json.ts";
import { sdk } from "./checked-sdk.ts";
import { type DaoOptOptions, type Feedback, mergeOptions } from "./client-options.ts";
import type { PostOptions, SentRequest } from "./record/call-secrets.ts";
import { type ClientRecorder, openRecorder } from "./record/client-recorder.ts";
import type { RecordedChat, RecordedCompletions, RecordedResponses } from "./resource-types.ts";

/** The SDK's options, with those of recording. */
export interface ClientOptions extends SdkOptions {
  daoOpt?: DaoOptOptions | undefined;
  /** For code written for Libretto. */
  libretto?: DaoOptOptions | undefined;
}

/** The SDK's client with recording. The constructor throws UsageError if `daoOpt` is invalid. */
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

  /**
   * Records feedback on an answer. Resolves when it is passed on; rejects with UsageError for an invalid rating.
   */
  sendFeedback(feedback: Feedback): Promise<void> {
    return this.#recorder.sendFeedback(feedback);
  }

  /** Records the result of a chain of calls. */
  updateChain(id: string, result: JsonValue): Promise<void> {
    return this.#recorder.updateChain(id, result);
  }

  /** Resolves when the events of all ended calls are stored or lost, with the number lost. */
  flush(): Promise<TraceLosses> {
    return this.#recorder.flush();
  }
}
