import type { Lab } from "../../contracts/optimizer.ts";

/** The same lab, and how many reflections were asked of it. */
export interface CountedLab {
  readonly lab: Lab;
  readonly reflections: number;
}

export function countReflections(lab: Lab): CountedLab {
  let reflections = 0;
  return {
    lab: {
      evaluate: (candidate, examples, options) => lab.evaluate(candidate, examples, options),
      reflect(request) {
        reflections++;
        return lab.reflect(request);
      },
      draft: (texts, parents) => lab.draft(texts, parents),
      emit: (event) => lab.emit(event),
      random: lab.random,
      budget: lab.budget,
      signal: lab.signal,
    },
    get reflections() {
      return reflections;
    },
  };
}
