import type { JsonObject } from "../../core/data/json.ts";
import type { ChatConnection, OpenStream, SendOptions } from "../generation/chat-route.ts";
import type { ErrorContext } from "../openai/errors/network-errors.ts";
import { answerBody } from "./sdk-answer.ts";
import { createChunkMaker } from "./sdk-chunks.ts";
import { readableError } from "./sdk-errors.ts";
import type { SdkCallOptions, SdkModel, SdkStreamPart, SdkWarning } from "./sdk-model.ts";
import { sdkOptions } from "./sdk-options.ts";
import { unsupportedMembers } from "./sdk-warnings.ts";

interface ConnectionContext {
  readonly context: ErrorContext;
  /** Name under which the package takes options. */
  readonly optionsKey: string;
  /** Shows one sentence to the user. */
  readonly warn: (message: string) => void;
}

/** Sends bodies of chat completions to a model of the AI SDK and returns its answers in the same form. */
export function nativeConnection(
  model: SdkModel,
  { context, optionsKey, warn }: ConnectionContext,
): ChatConnection {
  const { who, spec } = context;
  const shown = new Set<string>();
  const warnOnce = (text: string): void => {
    if (shown.has(text)) return;
    shown.add(text);
    warn(text);
  };

  function convert(body: JsonObject, { signal, onDropped }: SendOptions): SdkCallOptions {
    const { options, dropped, note } = sdkOptions(body, { who, provider: spec.provider, model, optionsKey });
    if (note !== undefined) warnOnce(note);
    if (dropped.length > 0) onDropped?.(dropped);
    return signal === undefined ? options : { ...options, abortSignal: signal };
  }

  function report(warnings: readonly SdkWarning[] | undefined, onDropped: SendOptions["onDropped"]): void {
    const { members, texts } = unsupportedMembers(warnings ?? []);
    if (members.length > 0) onDropped?.(members);
    for (const text of texts) warnOnce(`${spec.name}: ${text}`);
  }

  return {
    async whole(_, body, sending) {
      const options = convert(body, sending);
      try {
        const result = await model.doGenerate(options);
        report(result.warnings, sending.onDropped);
        return answerBody(result, spec.name);
      } catch (error) {
        throw readableError(error, context);
      }
    },
    async stream(_, body, sending): Promise<OpenStream> {
      const options = convert(body, sending);
      const maker = createChunkMaker(spec.name, (warnings) => report(warnings, sending.onDropped));
      try {
        const { stream } = await model.doStream(options);
        return { chunks: chunksOf(stream, maker, context), hasEndMark: () => maker.isEnded };
      } catch (error) {
        throw readableError(error, context);
      }
    },
  };
}

async function* chunksOf(
  stream: ReadableStream<SdkStreamPart>,
  maker: ReturnType<typeof createChunkMaker>,
  context: ErrorContext,
): AsyncGenerator<JsonObject> {
  try {
    for await (const part of stream) yield* maker.of(part);
  } catch (error) {
    throw readableError(error, context);
  }
}
