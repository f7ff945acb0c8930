import { resolve } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import type { LabelRequest } from "../../../run/judge/labels/gather-labels.ts";
import type { CliContext } from "../../context.ts";

type Options = Readonly<Record<string, unknown>>;

/** Reads the flags that choose labels. Throws UsageError for values and combinations that make no sense. */
export function labelRequest(
  options: Options,
  { cwd }: Pick<CliContext, "cwd">,
  confidence: number,
): LabelRequest {
  const file = textOf(options, "labels");
  const column = textOf(options, "column");
  const isTraces = options["traces"] === true;
  if (file !== undefined && isTraces)
    throw new UsageError("--labels cannot be combined with --traces", { hint: "remove one of them" });
  if (isTraces && column !== undefined)
    throw new UsageError("--column cannot be combined with --traces: the ratings of traces are the labels", {
      hint: "remove --column",
    });
  if (!isTraces && options["prompt"] !== undefined)
    throw new UsageError("--prompt needs --traces", { hint: "add --traces" });
  if (file === undefined && !isTraces && column === undefined)
    throw new UsageError("no labels are given", {
      hint: "name a file with --labels, a column of the dataset with --column, or use --traces",
    });
  return {
    from: isTraces
      ? { kind: "traces", prompt: textOf(options, "prompt") }
      : file === undefined
        ? { kind: "dataset" }
        : { kind: "file", path: resolve(cwd, file), relativeTo: cwd },
    columns: { verdict: column, answer: textOf(options, "answer") },
    rater: textOf(options, "rater"),
    range: rangeOf(textOf(options, "scale")),
    passFrom: numberOf(options, "passLabel", "--pass-label"),
    confidence,
  };
}

export function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** A number within limits; undefined without the flag. */
export function numberOf(
  options: Options,
  name: string,
  flag: string,
  [low, high]: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= low && value <= high) return value;
  const range = Number.isFinite(low) ? ` from ${low} to ${high}` : "";
  throw new UsageError(`${flag} must be a number${range}, got "${text}"`);
}

const rangeForm = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|\.\.|:)\s*(-?\d+(?:\.\d+)?)\s*$/;

function rangeOf(text: string | undefined): LabelRequest["range"] {
  if (text === undefined) return undefined;
  const [, low, high] = rangeForm.exec(text) ?? [];
  const range = { low: Number(low), high: Number(high) };
  if (range.high > range.low) return range;
  throw new UsageError(`--scale must be two numbers, the lower one first, got "${text}"`, {
    hint: "for example --scale 1-5",
  });
}
