import { UsageError } from "../../core/errors.ts";
import { foldedName, nameOf, segmentProblems } from "../prompt-path.ts";

const maxNameBytes = 255;

/** Throws UsageError if the last path segment reads as a selector: a number, `latest` or an environment. */
export function checkPromptName(path: string, environments: readonly string[]): void {
  const problem = selectorProblem(nameOf(path), environments);
  if (problem === undefined) return;
  throw new UsageError(`invalid prompt path "${path}": its last segment ${problem}`, {
    hint: "choose a name that is not a version selector",
  });
}

/** Throws UsageError if a version name reads as another selector or cannot be typed. */
export function checkVersionName(name: string, environments: readonly string[]): void {
  const problem = versionNameProblem(name, environments);
  if (problem === undefined) return;
  throw new UsageError(`invalid version name ${JSON.stringify(name)}: it ${problem}`, {
    hint: "choose a name such as shorter-labels",
  });
}

/** The problem with a version name; undefined if valid. */
export function versionNameProblem(name: string, environments: readonly string[]): string | undefined {
  return selectorProblem(name, environments) ?? spellingProblem(name);
}

/** Throws UsageError if an environment name reads as another selector or cannot be typed. */
export function checkEnvironmentName(name: string, environments: readonly string[]): void {
  const twin = environments.find((known) => known !== name && foldedName(known) === foldedName(name));
  const problem =
    twin === undefined
      ? (selectorProblem(name, []) ?? segmentProblem(name))
      : `differs only by case from "${twin}"`;
  if (problem === undefined) return;
  throw new UsageError(`invalid environment name ${JSON.stringify(name)}: it ${problem}`, {
    hint: "choose a name such as staging",
  });
}

/** Environment names follow the rules of path segments; messages call the whole name "it". */
function segmentProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  const [problem] = segmentProblems(name);
  const shown = JSON.stringify(name);
  return problem?.startsWith(shown) ? problem.slice(shown.length + 1) : problem?.replace(/^a segment /, "");
}

function selectorProblem(name: string, environments: readonly string[]): string | undefined {
  if (/^\p{Nd}+$/u.test(name)) return "is a number, which selects a version";
  if (foldedName(name) === "latest") return "is latest, which selects the newest version";
  const twin = environments.find((known) => foldedName(known) === foldedName(name));
  return twin === undefined ? undefined : `is the environment ${twin}`;
}

function spellingProblem(name: string): string | undefined {
  if (name === "" || name !== name.trim()) return "is empty, or starts or ends with a space";
  if (/[\p{Cc}\p{Cs}\p{Bidi_Control}\u200b\ufeff]/u.test(name)) return "contains a control character";
  return Buffer.byteLength(name) > maxNameBytes ? `is over ${maxNameBytes} bytes` : undefined;
}
