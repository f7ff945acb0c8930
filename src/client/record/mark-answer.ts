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
