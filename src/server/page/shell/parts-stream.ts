import type { Html } from "../../../report/html.ts";
import { inertText } from "../../../report/inert-text.ts";
import { pageHeaders } from "./page-headers.ts";

/** Parts of a page by their ids, and rows of its table by theirs. */
export interface LiveParts {
  readonly parts: Readonly<Record<string, Html>>;
  readonly rows: Readonly<Record<string, Html>>;
}

/** Something that is shown while it changes. */
export interface LiveSource {
  /** Another one for every state. */
  readonly stateId: string;
  readonly isEnded: boolean;
  /** Calls back a few times a second, until the returned function is called. */
  follow(onLook: () => void): () => void;
}

interface PartsStreamOptions {
  readonly source: LiveSource;
  readonly render: () => LiveParts;
  /** The page is another one at the end: it is loaded again. */
  readonly reloadsAtEnd: boolean;
  /** The state that the reader has. */
  readonly from: string | undefined;
  /** Each ends the stream. */
  readonly signals: readonly AbortSignal[];
  readonly onEnd: () => void;
}

const keepAliveMs = 15_000;
/** Figures that depend on the time alone change this often. */
const tickMs = 1000;

/**
 * Server-Sent Events with the parts of the page that changed since the last ones. `end` says that nothing
 * changes any more. The state is sent, not the events: a slow reader misses steps between, and never piles up.
 */
export function partsStream({
  source,
  render,
  reloadsAtEnd,
  from,
  signals,
  onEnd,
}: PartsStreamOptions): Response {
  const sent = new Map<string, string>();
  let sentId: string | undefined;
  let sentMs = 0;
  let heardMs = Date.now();
  let unfollow = () => {};
  let isEnded = false;

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder();
        const send = (text: string): void => {
          heardMs = Date.now();
          controller.enqueue(encoder.encode(text));
        };
        const end = (): void => {
          if (isEnded) return;
          finish();
          controller.close();
        };
        const look = (): void => {
          if (isEnded) return;
          const now = Date.now();
          if ((controller.desiredSize ?? 0) <= 0) return;
          const { stateId, isEnded: isLast } = source;
          const isChanged = stateId !== sentId;
          if (!(isLast && reloadsAtEnd) && (isChanged || now - sentMs >= tickMs)) {
            const changes = changesOf(render(), sent);
            [sentId, sentMs] = [stateId, now];
            if (changes !== undefined) send(`event: parts\nid: ${stateId}\ndata: ${changes}\n\n`);
          }
          if (isLast) {
            send(`event: end\nid: ${stateId}\ndata: ${JSON.stringify({ reload: reloadsAtEnd })}\n\n`);
            end();
            return;
          }
          if (now - heardMs >= keepAliveMs) send(": keep-alive\n\n");
        };
        for (const signal of signals) {
          if (signal.aborted) return end();
          signal.addEventListener("abort", end, { once: true });
        }
        send("retry: 2000\n\n");
        // A reader that has this very state only needs what comes after it.
        if (from === source.stateId) {
          changesOf(render(), sent);
          [sentId, sentMs] = [source.stateId, Date.now()];
        }
        unfollow = source.follow(look);
        look();
        function finish(): void {
          isEnded = true;
          unfollow();
          for (const signal of signals) signal.removeEventListener("abort", end);
          onEnd();
        }
      },
      cancel() {
        if (isEnded) return;
        isEnded = true;
        unfollow();
        onEnd();
      },
    },
    { highWaterMark: 4 },
  );
  return new Response(stream, {
    headers: {
      ...pageHeaders,
      "content-type": "text/event-stream",
      "x-accel-buffering": "no",
      // A server that closes does not wait for the connection to be used again.
      connection: "close",
    },
  });
}

/** JSON of the parts and rows that differ from what was sent; undefined if none does. */
function changesOf({ parts, rows }: LiveParts, sent: Map<string, string>): string | undefined {
  const changed = (all: Readonly<Record<string, { readonly markup: string }>>) =>
    Object.entries(all).flatMap(([id, { markup }]) => {
      const text = inertText(markup);
      if (sent.get(id) === text) return [];
      sent.set(id, text);
      return [[id, text] as const];
    });
  const changes = { parts: changed(parts), rows: changed(rows) };
  if (changes.parts.length === 0 && changes.rows.length === 0) return undefined;
  return JSON.stringify(changes);
}
