import type { LanguageModel } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import type { Fail } from "./fail.ts";
import type { Watch } from "./watch.ts";

/** A judge as a scorer gets it: it stops the scorer's clock while it works, and keeps the count of calls. */
interface WatchedJudge {
  readonly model: LanguageModel;
  /** The first failed call, whatever the scorer made of it. */
  failure(): unknown;
  /** The first failure that no scorer may make a score of: a spent budget, a wrong key, a stop. */
  graveFailure(): unknown;
}

export function watchJudge(judge: LanguageModel, mostCalls: number, watch: Watch, fail: Fail): WatchedJudge {
  let calls = 0;
  let waiting = 0;
  const failures: unknown[] = [];
  const model: LanguageModel = {
    provider: judge.provider,
    modelId: judge.modelId,
    async complete(request) {
      calls++;
      waiting++;
      watch.pause();
      try {
        if (calls > mostCalls) throw tooManyCalls(mostCalls, fail);
        return await judge.complete(request);
      } catch (failure) {
        failures.push(failure);
        throw failure;
      } finally {
        waiting--;
        if (waiting === 0) watch.resume();
      }
    },
  };
  return {
    model,
    failure: () => failures[0],
    graveFailure: () => failures.find((failure) => !isRecoverable(failure)),
  };
}

function isRecoverable(failure: unknown): boolean {
  return failure instanceof ModelError && !failure.isFatal && failure.kind !== "aborted";
}

function tooManyCalls(mostCalls: number, fail: Fail) {
  return fail(`asked the judge more often than it declared (at most ${mostCalls})`, {
    hint: "declare judgeCalls: { usual, most } on the scorer; calls are set aside before they are made",
  });
}
