import type { JsonObject } from "../core/data/json.ts";
import { ModelError } from "../core/errors.ts";
import { throwIfAborted } from "../models/clock.ts";
import type { GenerationPath, Transport } from "../models/generation/transport.ts";
import { answerBody, chunksOf, completeBody, type Endpoint } from "./server/answer-body.ts";
import { readChatRequest, readCompletionBody } from "./server/read-body.ts";

/** The offline models as answered by their server, without the server. */
export function createOfflineTransport(): Transport {
  return {
    open: async () => {},
    async whole(path, body, signal) {
      throwIfAborted(signal);
      const { answered, endpoint } = answer(path, body);
      return completeBody(answered, endpoint);
    },
    async stream(path, body, signal, onEndMark) {
      throwIfAborted(signal);
      const { answered, endpoint } = answer(path, body);
      return oneByOne(chunksOf(answered, endpoint, true), signal, onEndMark);
    },
  };
}

/** Length of the request as JSON. Requests are processed in this thread, and a server has only one. */
const longestRequest = 256_000;

function answer(path: GenerationPath, body: JsonObject) {
  if (JSON.stringify(body).length > longestRequest) {
    throw new ModelError(`the offline model accepts at most ${longestRequest} characters`, {
      kind: "bad_request",
      status: 400,
    });
  }
  const endpoint: Endpoint = path === "/completions" ? "completion" : "chat";
  const read = endpoint === "chat" ? readChatRequest(body) : readCompletionBody(body);
  if ("message" in read) {
    throw new ModelError(`the offline model rejects the request: ${read.message}`, {
      kind: "bad_request",
      status: 400,
    });
  }
  return { answered: answerBody(read, endpoint), endpoint };
}

async function* oneByOne(
  chunks: readonly JsonObject[],
  signal: AbortSignal,
  onEndMark: () => void,
): AsyncGenerator<unknown> {
  for (const chunk of chunks) {
    throwIfAborted(signal);
    yield chunk;
  }
  onEndMark();
}
