import type { APIPromise } from "openai";
import type { AzureClientOptions as SdkOptions } from "openai/azure";
import type { TraceLosses } from "../contracts/trace-store.ts";
import type { JsonValue } from "../core/data/json.ts";
import { sdk } from "./checked-sdk.ts";
import { type DaoOptOptions, type Feedback, mergeOptions } from "./client-options.ts";
import type { PostOptions, SentRequest } from "./record/call-secrets.ts";
import { type ClientRecorder, openRecorder } from "./record/client-recorder.ts";
import type { ClientOptions } from "./recorded-openai.ts";
import type { RecordedChat, RecordedCompletions, RecordedResponses } from "./resource-types.ts";

/** The SDK's options, with those of recording. */
export interface AzureClientOptions extends SdkOptions {
  daoOpt?: DaoOptOptions | undefined;
  /** For code written for Libretto. */
  libretto?: DaoOptOptions | undefined;
}

/** The SDK's Azure client with recording, like `OpenAI`. */
export class AzureOpenAI extends sdk.AzureOpenAI {
  /** Part of the user agent, even if a bundler renames the class. */
  static override readonly name = "AzureOpenAI";
  declare chat: RecordedChat;
  declare completions: RecordedCompletions;
  declare responses: RecordedResponses;
  readonly #recorder: ClientRecorder;

  constructor(options: AzureClientOptions = {}) {
    super(options);
    this.#recorder = openRecorder(this, "azure", options);
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

  /** See `OpenAI.sendFeedback`. */
  sendFeedback(feedback: Feedback): Promise<void> {
    return this.#recorder.sendFeedback(feedback);
  }

  /** See `OpenAI.updateChain`. */
  updateChain(id: string, result: JsonValue): Promise<void> {
    return this.#recorder.updateChain(id, result);
  }

  /** See `OpenAI.flush`. */
  flush(): Promise<TraceLosses> {
    return this.#recorder.flush();
  }
}
