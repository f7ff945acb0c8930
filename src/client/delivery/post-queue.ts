import type { TraceLosses, TraceSink } from "../../contracts/trace-store.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { type PostRules, postJson } from "./post-json.ts";

/** Maximum number of pending posts; more are lost, so that an unreachable server does not exhaust memory. */
const mostWaiting = 1000;
const mostAtOnce = 8;
/** Maximum bytes of pending posts. */
const mostBytes = 64 * 1024 * 1024;

interface PostQueue {
  /** Never waits and never throws. */
  push(url: string, body: string): void;
  /** Resolves when all earlier posts are accepted or lost. Never rejects. */
  flush(): Promise<TraceLosses>;
  /** Counts pending posts as lost and aborts those in progress. */
  giveUp(): void;
}

export function createPostQueue(
  headers: Readonly<Record<string, string>>,
  rules: PostRules,
  onLoss: LossListener,
): PostQueue {
  const waiting: { readonly url: string; readonly body: string }[] = [];
  const stop = new AbortController();
  let running = 0;
  let bytes = 0;
  let losses: TraceLosses = { count: 0 };
  let whenIdle: (() => void)[] = [];

  const lose = (reason: string) => {
    losses = { count: losses.count + 1, reason };
    onLoss(losses);
  };
  const work = async () => {
    running++;
    for (let post = waiting.shift(); post !== undefined; post = waiting.shift()) {
      const reason = await postJson(post.url, post.body, headers, rules, stop.signal);
      bytes -= post.body.length;
      if (reason !== undefined) lose(reason);
    }
    running--;
    if (running > 0) return;
    const flushes = whenIdle;
    whenIdle = [];
    for (const resolve of flushes) resolve();
  };

  return {
    push(url, body) {
      if (stop.signal.aborted) return lose("the client was closed");
      if (waiting.length >= mostWaiting || bytes + body.length > mostBytes)
        return lose(`more than ${waiting.length} events were waiting for the server`);
      waiting.push({ url, body });
      bytes += body.length;
      if (running < mostAtOnce) void work();
    },
    async flush() {
      if (running > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
      return losses;
    },
    giveUp() {
      stop.abort();
    },
  };
}

/** Destination of events: a trace sink plus the other events of Libretto's client. */
export interface EventSink extends TraceSink {
  /** Records the result of a chain of calls. */
  updateChain(chainId: string, result: JsonValue): void;
  /** Counts pending events as lost; a waiting flush resolves. */
  giveUp(): void;
}

/** Called at every loss with the total so far. */
export type LossListener = (losses: TraceLosses) => void;
