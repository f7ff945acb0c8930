import type { Completion } from "../../contracts/language-model.ts";
import type { Reflection } from "../../contracts/optimizer.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";

/** Counts the reflections that returned a text, and the reasons of the others, for all engines. */
export interface ReflectionTally {
  readonly asked: number;
  readonly answered: number;
  /** By cause: `cut_off`, or the kind of the ModelError. */
  readonly failed: Readonly<Record<string, number>>;
  /** The last reason of the most frequent cause; undefined without a failure. */
  readonly mostFrequent: string | undefined;
  /** Counts a reflection by its result. */
  note(reflection: Promise<Reflection>): Promise<Reflection>;
}

export function createReflectionTally(): ReflectionTally {
  let answered = 0;
  const failed = new Map<string, { count: number; reason: string }>();
  const fail = (cause: string, reason: string): void => {
    failed.set(cause, { count: (failed.get(cause)?.count ?? 0) + 1, reason });
  };
  return {
    get asked() {
      return answered + [...failed.values()].reduce((sum, { count }) => sum + count, 0);
    },
    get answered() {
      return answered;
    },
    get failed() {
      return Object.fromEntries([...failed].map(([cause, { count }]) => [cause, count]));
    },
    get mostFrequent() {
      const [first] = [...failed.values()].sort((one, other) => other.count - one.count);
      return first?.reason;
    },
    async note(reflection) {
      try {
        const reply = await reflection;
        if (reply.isCutOff) fail("cut_off", "the reply was cut off by its length limit");
        else answered++;
        return reply;
      } catch (error) {
        if (error instanceof ModelError && !error.endsRun) fail(causeOf(error), error.message);
        throw error;
      }
    },
  };
}

function causeOf({ kind }: ModelError): string {
  return kind === "empty" ? "empty_answer" : kind;
}

const silent: Readonly<Partial<Record<string, readonly [ModelErrorKind, string]>>> = {
  refusal: ["refusal", "refused to answer"],
  filtered: ["content_filter", "had its answer withheld by a content filter"],
  empty: ["empty", "returned an empty answer"],
};

/** The text of a reflection. Throws ModelError for a refusal, a filtered or an empty answer. */
export function readReflection(completion: Completion, modelId: string): Reflection {
  const { kind, text, finishReason, usage } = completion;
  const isCutOff = kind === "cut_off" || finishReason === "length";
  const fault = silent[kind ?? (text.trim() === "" && !isCutOff ? "empty" : "text")];
  if (fault === undefined) return { text, isCutOff };
  const words = kind === "refusal" && text.trim() !== "" ? `: ${excerptOf(text)}` : "";
  throw new ModelError(`reflection model ${modelId} ${fault[1]}${words}`, {
    kind: fault[0],
    usage,
    hint: "choose another reflection_model",
  });
}

function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
