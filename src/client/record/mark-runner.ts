import type { OpenAI } from "openai";
import { createMarker } from "./mark-answer.ts";

type KeyListener = (feedbackKey: string) => void;

/** Passes through a helper's copies of its parameters to each call it makes. */
const keyListener = Symbol("dao-opt key listener");

export function keyListenerOf(daoOpt: unknown): KeyListener | undefined {
  return (daoOpt as { readonly [keyListener]?: KeyListener } | undefined)?.[keyListener];
}

interface Emitter {
  on(event: "chatCompletion", listener: (completion: unknown) => void): unknown;
}

interface ResponseRunner {
  finalResponse(): Promise<unknown>;
}

/**
 * Answers that helpers put together themselves, out of chunks or by parsing, carry the key of the call they are
 * of. The helpers' own methods make them; these only look on.
 */
export function markHelpers({ chat, responses }: OpenAI): void {
  for (const name of ["stream", "runTools"] as const) {
    watchHelper(chat.completions, name, (runner, key) => {
      (runner as Emitter).on("chatCompletion", (completion) => mark(completion, key()));
    });
  }
  watchHelper(responses, "stream", (runner, key) => {
    const finished = runner as ResponseRunner;
    const finalResponse = finished.finalResponse.bind(finished);
    finished.finalResponse = async () => mark(await finalResponse(), key());
  });
}

function watchHelper<Name extends string>(
  resource: { readonly [name in Name]: unknown },
  name: Name,
  watch: (runner: unknown, key: () => string | undefined) => void,
): void {
  const helper = resource[name] as (body: object, ...rest: unknown[]) => unknown;
  const watched = (body: { readonly daoOpt?: object } | undefined, ...rest: unknown[]) => {
    if (typeof body !== "object" || body === null) return helper.call(resource, body as never, ...rest);
    let latest: string | undefined;
    const listening = {
      ...body.daoOpt,
      [keyListener]: (feedbackKey: string) => {
        latest = feedbackKey;
      },
    };
    const runner = helper.call(resource, { ...body, daoOpt: listening }, ...rest);
    watch(runner, () => latest);
    return runner;
  };
  Object.defineProperty(resource, name, { value: watched, writable: true, configurable: true });
}

function mark(answer: unknown, key: string | undefined): unknown {
  return key === undefined ? answer : createMarker(key)(answer);
}
