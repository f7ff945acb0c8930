import type { OpenAI } from "openai";
import { unwrapBody } from "../../core/answer/answer-fault.ts";
import { watchEndMark } from "../../core/answer/watch-end-mark.ts";
import { type Fetch, openFetch } from "../../network/open-fetch.ts";
import type { ChatRoute, OpenStream } from "../generation/chat-route.ts";
import { openClient } from "./openai-client.ts";
import { type OpenAIEndpoint, reachEndpoint } from "./openai-endpoint.ts";

/** Reaches an OpenAI-compatible endpoint through the `openai` package. */
export function openaiRoute(
  endpoint: OpenAIEndpoint,
  fetchFor: (url: string) => Promise<Fetch> = openFetch,
): ChatRoute {
  return {
    baseUrl: endpoint.baseUrl,
    keyVariable: endpoint.keyVariable,
    quirks: endpoint.quirks ?? [],
    async connect(spec, secrets) {
      const client = await openClient(endpoint, reachEndpoint(endpoint, spec, secrets), secrets, fetchFor);
      return {
        whole: (path, body, { signal }) =>
          client.post<unknown>(path, { body, ...(signal === undefined ? {} : { signal }) }),
        async stream(path, body, { signal }) {
          const sent = client.post(path, {
            body,
            stream: true,
            ...(signal === undefined ? {} : { signal }),
          });
          return openStream(await sent.asResponse(), client);
        },
      };
    },
  };
}

async function openStream(sent: Response, client: OpenAI): Promise<OpenStream> {
  const { response, hasEndMark } = watchEndMark(sent);
  const type = response.headers.get("content-type") ?? "";
  if (/json|html/i.test(type)) return { chunks: oneChunk(await response.text()), hasEndMark: () => true };
  const { Stream } = await import("openai/streaming");
  return { chunks: Stream.fromSSEResponse(response, new AbortController(), client), hasEndMark };
}

/** The body of a server that does not stream: its answer or a web page. */
async function* oneChunk(text: string): AsyncGenerator<unknown> {
  yield unwrapBody(text);
}
