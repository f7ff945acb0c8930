import type { OpenAI } from "openai";

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

/** Puts a call's feedback key on what was answered. */
export type AnswerMarker = <Answer>(answer: Answer) => Answer;

/**
 * The key stands on an answer or a chunk under its three names. Not enumerable: JSON, copies and comparisons of what
 * the provider said stay as they are. What cannot take it, or has it, is given back as it is.
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
