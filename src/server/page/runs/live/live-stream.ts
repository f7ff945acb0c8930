import { inertText } from "../../../../report/inert-text.ts";
import { pageHeaders } from "../../shell/page-headers.ts";
import type { LiveParts } from "./live-parts.ts";
import type { RunWatch } from "./run-watch.ts";

interface LiveStreamOptions {
  readonly watch: RunWatch;
  readonly render: () => LiveParts;
  /** The version that the reader has. */
  readonly from: string | undefined;
  /** Each ends the stream. */
  readonly signals: readonly AbortSignal[];
  readonly onEnd: () => void;
}

const keepAliveMs = 15_000;
/** Figures that depend on the time alone change this often. */
const tickMs = 1000;

/**
 * Server-Sent Events with the parts of the page that changed since the last ones. `end` says that the run has a
 * result. The state is sent, not the events: a slow reader misses steps between, and never piles up.
 */
export function liveStream({ watch, render, from, signals, onEnd }: LiveStreamOptions): Response {
  const sent = new Map<string, string>();
  let sentVersion: number | undefined;
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
          if (watch.state === "finished") {
            send(`event: end\nid: ${idOf(watch)}\ndata: {}\n\n`);
            end();
            return;
          }
          const isChanged = watch.version !== sentVersion;
          if (isChanged || now - sentMs >= tickMs) {
            const changes = changesOf(render(), sent);
            [sentVersion, sentMs] = [watch.version, now];
            if (changes !== undefined) send(`event: parts\nid: ${idOf(watch)}\ndata: ${changes}\n\n`);
          }
          if (now - heardMs >= keepAliveMs) send(": keep-alive\n\n");
        };
        for (const signal of signals) {
          if (signal.aborted) return end();
          signal.addEventListener("abort", end, { once: true });
        }
        send("retry: 2000\n\n");
        // A reader that has this very state only needs what comes after it.
        if (from === idOf(watch)) {
          changesOf(render(), sent);
          [sentVersion, sentMs] = [watch.version, Date.now()];
        }
        unfollow = watch.follow(look);
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

/** Tells the states of a run apart, also after the server started again. */
export function idOf({ version, run, folder }: RunWatch): string {
  return `${folder.run}.${run.lastEventAt ?? "start"}.${version}`;
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
