import { APIPromise, type OpenAI } from "openai";
import { watchEndMark } from "../../core/answer/watch-end-mark.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { isSdkStream, recordStream } from "./recorded-stream.ts";

type Source = APIPromise<unknown>;
/** What the SDK hands from one of its steps to the next; it exports no name for it. */
type Props = Parameters<Parameters<Source["_thenUnwrap"]>[0]>[1];
type Parsing<Answer = unknown> = NonNullable<ConstructorParameters<typeof APIPromise<Answer>>[2]>;

/** The SDK's own promise of an answer, with the call recorded on its way through. */
export class RecordedPromise<Answer> extends APIPromise<Answer> {
  readonly #client: OpenAI;
  readonly #call: RecordedCall;
  readonly #response: Promise<Props>;
  readonly #state: { isParsed: boolean };

  /** Takes an unwatched promise: `watchSource` of one the SDK made. */
  constructor(client: OpenAI, source: WatchedSource, call: RecordedCall) {
    super(client, source.response, source.parse as Parsing<Answer>);
    this.#client = client;
    this.#call = call;
    this.#response = source.response;
    this.#state = source.state;
  }

  /** What helpers such as `parse` make of the answer carries the key too. */
  override _thenUnwrap<Unwrapped>(
    transform: (data: Answer, props: Props) => Unwrapped,
  ): APIPromise<Unwrapped> {
    const { mark } = this.#call;
    const unwrapped: APIPromise<Unwrapped> = super._thenUnwrap((data, props) => {
      const made = transform(data, props);
      return isSdkStream(made) ? made : mark(made);
    });
    const parse = unwrapped["parseResponse"] as Parsing;
    return new RecordedPromise(
      this.#client,
      { response: this.#response, parse, state: this.#state },
      this.#call,
    );
  }

  /** A body that the application reads by itself is read from a copy; one that streams is left alone. */
  override asResponse(): Promise<Response> {
    return this.#response.then(({ response, options }) => {
      if (!this.#state.isParsed) {
        if (options.stream === true || response.bodyUsed) void this.#call.ended({});
        else void readCopy(response.clone(), this.#call);
      }
      return response;
    });
  }
}

interface WatchedSource {
  readonly response: Promise<Props>;
  readonly parse: Parsing;
  readonly state: { isParsed: boolean };
}

/** The two steps of a promise of the SDK, told to the call. What they give and throw stays the same. */
export function watchSource(source: APIPromise<unknown>, call: RecordedCall): WatchedSource {
  const state = { isParsed: false };
  const parse = source["parseResponse"];
  return {
    state,
    response: source["responsePromise"].then(
      (props: Props) => {
        call.headed();
        return props;
      },
      (error: unknown) => {
        void call.ended({ error });
        throw error;
      },
    ),
    async parse(client, props) {
      state.isParsed = true;
      const watched = props.options.stream === true ? watchEndMark(props.response) : undefined;
      let data: Awaited<ReturnType<Parsing>>;
      try {
        data = await parse(client, { ...props, response: watched?.response ?? props.response });
      } catch (error) {
        void call.ended({ error });
        throw error;
      }
      if (isSdkStream(data))
        return recordStream(data, call, client, watched?.hasEndMark ?? (() => false)) as typeof data;
      const kept = call.ended({ answer: JSON.stringify(data) });
      if (call.waitsForEvent) await kept;
      return call.mark(data);
    },
  };
}

async function readCopy(copy: Response, call: RecordedCall): Promise<void> {
  try {
    await call.ended({ answer: await copy.text() });
  } catch (error) {
    await call.ended({ error });
  }
}

/** What a call gives that cannot be made: a promise of the SDK, as for every other failure. */
export function rejectedPromise(client: OpenAI, error: unknown): APIPromise<never> {
  return new APIPromise<never>(client, Promise.reject(error));
}
