import type { PromptConfig } from "../config.ts";
import { dotted, type KeyPath } from "../tree.ts";
import { defaultEnvironment, lastSegmentProblem, segmentProblem } from "./registry-names.ts";
import type { Rule } from "./rule.ts";
import { logicNeedsJinja, templateKeys } from "./template-rules.ts";

const versionOrAlias: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    if (written.version === undefined || written.alias === undefined) continue;
    problems.report(
      [...path, "alias"],
      `both version ${written.version} and alias ${written.alias} are set`,
      "keep one of them",
    );
  }
};

const oneTemplate: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    const [first, ...others] = templateKeys.filter((key) => written[key] !== undefined);
    for (const key of others) {
      problems.report([...path, key], `both ${first} and ${key} are set`, "keep one of them");
    }
  }
};

const versionConfigHasTemplate: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    if (written.version !== "config" || templateKeys.some((key) => written[key] !== undefined)) continue;
    problems.report(
      [...path, "version"],
      "version: config needs a template here, but there is none",
      "add default_template, or set a version of the registry",
    );
  }
};

const templateHasText: Rule = ({ references, things, problems }) => {
  for (const { key, path, written } of references.prompt.things.values()) {
    const { template } = things.prompts[key] ?? {};
    if (template === undefined) continue;
    const texts = typeof template === "string" ? [template] : template.map(({ content }) => content);
    const field = templateKeys.find((name) => written[name] !== undefined) ?? "default_template";
    if (texts.every((text) => text.trim() === ""))
      problems.report([...path, field], "contains no text", "write the prompt here");
  }
};

/** No candidate could keep a span that the base lacks. */
const lockedSpanExists: Rule = ({ references, things, problems }) => {
  for (const { key, path } of references.prompt.things.values()) {
    const { template, locked = [] } = things.prompts[key] ?? {};
    if (template === undefined) continue;
    const texts = typeof template === "string" ? [template] : template.map(({ content }) => content);
    for (const [at, span] of locked.entries()) {
      if (texts.some((text) => text.includes(span))) continue;
      const place = [...path, "locked", String(at)];
      problems.report(
        place,
        `the template does not contain ${JSON.stringify(span)}`,
        "copy the span exactly",
      );
    }
  }
};

const pathIsUsable: Rule = ({ references, things, problems }) => {
  const environments = new Set([
    defaultEnvironment,
    ...Object.values(things.optimizations).flatMap(({ deployTo }) => deployTo ?? []),
  ]);
  for (const { key, path, written } of references.prompt.things.values()) {
    const prompt = things.prompts[key];
    if (prompt === undefined) continue;
    const parts = prompt.path.split("/");
    const problem =
      parts.map(segmentProblem).find((one) => one !== undefined) ??
      lastSegmentProblem(parts.at(-1) ?? "", environments);
    if (problem === undefined) continue;
    const place = written.name === undefined ? path : [...path, "name"];
    problems.report(
      place,
      `the registry cannot store a prompt at ${JSON.stringify(prompt.path)}: ${problem}`,
      "rename it",
    );
  }
};

const pathIsUnique: Rule = ({ references, things, problems }) => {
  const seen = new Map<string, { prompt: PromptConfig; path: KeyPath }>();
  for (const { key, path, written } of references.prompt.things.values()) {
    const prompt = things.prompts[key];
    if (prompt === undefined) continue;
    const folded = prompt.path.normalize("NFC").toLowerCase();
    const first = seen.get(folded);
    seen.set(folded, first ?? { prompt, path });
    const isOtherVersion = first?.prompt.path === prompt.path && pinOf(first.prompt) !== pinOf(prompt);
    if (first === undefined || isOtherVersion) continue;
    const isSame = first.prompt.path === prompt.path;
    const message = isSame
      ? `duplicate name: ${dotted(first.path)} is also ${prompt.path}`
      : `${prompt.path} differs from ${first.prompt.path} of ${dotted(first.path)} only by case`;
    problems.report(written.name === undefined ? path : [...path, "name"], message, "rename one of them");
  }
};

function pinOf({ version, alias }: PromptConfig): string {
  return String(version ?? alias ?? "");
}

export const promptRules: readonly Rule[] = [
  versionOrAlias,
  oneTemplate,
  versionConfigHasTemplate,
  templateHasText,
  lockedSpanExists,
  logicNeedsJinja,
  pathIsUsable,
  pathIsUnique,
];
