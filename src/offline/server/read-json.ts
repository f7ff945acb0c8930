import type { IncomingMessage } from "node:http";

const mostBytes = 20 * 1024 * 1024;

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

/** The body of a request as JSON, up to 20 MB. */
export async function readJsonBody(request: IncomingMessage): Promise<ReadJson> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      return { ok: false, status: 413, message: `The body is larger than ${mostBytes} bytes.` };
    chunks.push(chunk);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, status: 400, message: `We could not parse the JSON body of your request: ${reason}` };
  }
}
