import type { OpenAI } from "openai";

type KeyListener = (feedbackKey: string) => void;

/** Survives a helper's copies of its parameters and reaches each call it makes. */
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
 * Answers assembled by helpers, from chunks or by parsing, carry the key of their call. The helpers' own methods
 * build them; these only observe.
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

/** Adds a call's feedback key to an answer. */
export type AnswerMarker = <Answer>(answer: Answer) => Answer;

/**
 * Sets the key on an answer or a chunk under its three names. Not enumerable, so JSON, copies and comparisons of
 * the provider's answer are unaffected. A value that cannot take the key, or already has it, is returned
 * unchanged.
 */
export function createMarker(feedbackKey: string): AnswerMarker {
  const carried = Object.freeze({ feedbackKey });
  const hidden = { enumerable: false, configurable: true, writable: true };
  const properties = {
    daoOpt: { value: carried, ...hidden },
    libretto: { value: carried, ...hidden },
    libretto_feedback_key: { value: feedbackKey, ...hidden },
  };
  return (answer) => {
    if (typeof answer !== "object" || answer === null || !Object.isExtensible(answer)) return answer;
    const isTaken = Object.keys(properties).some((name) => Object.hasOwn(answer, name));
    return isTaken ? answer : Object.defineProperties(answer, properties);
  };
}
