import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface RawAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** A text is sent unchanged, anything else as its JSON. */
  readonly body: unknown;
}

export interface RawServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: number;
  close(): Promise<void>;
}

/** A server that answers every request with exactly these bytes. */
export async function startRawServer(answer: () => RawAnswer): Promise<RawServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on("end", () => {
      const { status = 200, contentType = "application/json", body } = answer();
      response.writeHead(status, { "content-type": contentType });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The text of an event stream with these chunks. */
export function eventStream(chunks: readonly unknown[], hasEndMark = true): string {
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return `${events.join("")}${hasEndMark ? "data: [DONE]\n\n" : ""}`;
}
