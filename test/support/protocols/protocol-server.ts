import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { eventText, sendWireAnswer, type WireAnswer } from "../loopback-wire.ts";
import type { NeutralAnswer, NeutralRequest, Protocol } from "./protocol.ts";

/** A neutral answer in the protocol's form, a raw answer, or no answer at all. */
export type ProtocolReply =
  | { readonly answer: NeutralAnswer }
  | { readonly raw: WireAnswer | Buffer }
  /** Sends this and then nothing more, without an end. */
  | { readonly stalled: WireAnswer | Buffer }
  | "hang"
  | "drop";

export interface ProtocolServer {
  readonly origin: string;
  /** What a config gives as base_url. */
  readonly baseUrl: string;
  readonly requests: readonly {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Readonly<Record<string, unknown>>;
    readonly read: NeutralRequest;
  }[];
  close(): Promise<void>;
}

const eventStream = "application/vnd.amazon.eventstream";

/** A server on this machine that speaks one protocol; anything else on the wire gets a 404 with the path. */
export async function startProtocolServer(
  protocol: Protocol,
  reply: (
    request: NeutralRequest,
    index: number,
    body: Readonly<Record<string, unknown>>,
  ) => ProtocolReply = () => ({ answer: { text: "ok" } }),
): Promise<ProtocolServer> {
  const requests: ProtocolServer["requests"][number][] = [];
  const server = createServer((request, response) => {
    const bytes: Buffer[] = [];
    request.on("data", (chunk: Buffer) => bytes.push(chunk));
    request.on("end", () => {
      const path = (request.url ?? "").replace(/\?.*$/s, "");
      if (!protocol.path.test(path)) {
        sendWireAnswer(response, { status: 404, body: { error: { message: `no route ${path}` } } });
        return;
      }
      const body = JSON.parse(Buffer.concat(bytes).toString()) as Readonly<Record<string, unknown>>;
      const read = protocol.read(body);
      requests.push({ path, headers: request.headers, body, read });
      const chosen = reply(read, requests.length - 1, body);
      if (chosen === "hang") return;
      if (chosen === "drop") {
        response.socket?.destroy();
        return;
      }
      if ("stalled" in chosen) {
        const { stalled } = chosen;
        response.writeHead(200, {
          "content-type": Buffer.isBuffer(stalled) ? eventStream : "text/event-stream",
        });
        response.write(Buffer.isBuffer(stalled) ? stalled : (stalled.events ?? []).map(eventText).join(""));
        return;
      }
      const isStreamed = protocol.isStreamed(path, body);
      const raw =
        "raw" in chosen
          ? chosen.raw
          : isStreamed
            ? protocol.stream(chosen.answer)
            : protocol.whole(chosen.answer);
      if (!Buffer.isBuffer(raw)) {
        sendWireAnswer(response, raw);
        return;
      }
      response.writeHead(200, { "content-type": eventStream });
      response.end(raw);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    baseUrl: `${origin}${protocol.basePath}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
