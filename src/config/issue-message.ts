import type { z } from "zod";
import { type FlatIssue, typeNames } from "./flatten-issues.ts";
import type { Tree } from "./tree.ts";

/** What is wrong, with the value, in words about the file. */
export function issueMessage(
  { issue, expected }: FlatIssue,
  value: Tree | undefined,
  isSecret: boolean,
): string {
  const shown = isSecret ? "what is given" : showValue(value);
  if (value === undefined && issue.code !== "invalid_key") return "is missing";
  if (expected !== undefined) return `must be ${expected.join(" or ")}, but is ${shown}`;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}, but is ${shown}`;
    case "invalid_value":
      return `must be ${issue.values.map((one) => String(one)).join(" or ")}, but is ${shown}`;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? "must not be empty"
        : `must be ${issue.inclusive ? "at least" : "above"} ${issue.minimum}, but is ${shown}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "below"} ${issue.maximum}, but is ${shown}`;
    case "invalid_format":
      return issue.format === "url" ? `must be an http or https address, but is ${shown}` : issue.message;
    case "invalid_key":
      return "has an empty key";
    default:
      return (issue satisfies z.core.$ZodIssue).message;
  }
}

/** What to write instead, where the value tells. */
export function issueHint({ issue }: FlatIssue, value: Tree | undefined): string | undefined {
  const isPercent = issue.code === "too_big" && (issue.maximum === 1 || issue.maximum === 1n);
  if (isPercent && typeof value === "number" && value <= 100) return `${value} % is ${value / 100}`;
  return undefined;
}

const longestShown = 40;

function showValue(value: Tree | undefined): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
}
