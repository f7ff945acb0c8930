import type { PromptConfig } from "../config.ts";
import { dotted, type KeyPath } from "../key-path.ts";
import { defaultEnvironment, lastSegmentProblem, segmentProblem } from "./registry-names.ts";
import type { Rule } from "./rule.ts";
import { logicIsJinja } from "./template-logic.ts";

const versionOrAlias: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    if (written.version === undefined || written.alias === undefined) continue;
    problems.report(
      [...path, "alias"],
      `both version ${written.version} and alias ${written.alias} are given`,
      "keep one of them",
    );
  }
};

const templateKeys = ["default_template", "template", "file"] as const;

const oneTemplate: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    const [first, ...others] = templateKeys.filter((key) => written[key] !== undefined);
    for (const key of others) {
      problems.report([...path, key], `both ${first} and ${key} are given`, "keep one of them");
    }
  }
};

const versionConfigHasTemplate: Rule = ({ references, problems }) => {
  for (const { path, written } of references.prompt.things.values()) {
    if (written.version !== "config" || templateKeys.some((key) => written[key] !== undefined)) continue;
    problems.report(
      [...path, "version"],
      "version: config starts from a template here, and there is none",
      "add default_template, or name a version of the registry",
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
      problems.report([...path, field], "holds no text", "write the prompt here");
  }
};

/** A span that the base lacks could be kept by no candidate. */
const lockedIsThere: Rule = ({ references, things, problems }) => {
  for (const { key, path } of references.prompt.things.values()) {
    const { template, locked = [] } = things.prompts[key] ?? {};
    if (template === undefined) continue;
    const texts = typeof template === "string" ? [template] : template.map(({ content }) => content);
    for (const [at, span] of locked.entries()) {
      if (texts.some((text) => text.includes(span))) continue;
      const place = [...path, "locked", String(at)];
      problems.report(
        place,
        `the template does not hold ${JSON.stringify(span)}`,
        "copy the span word for word",
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
      `the registry cannot keep a prompt at ${JSON.stringify(prompt.path)}: ${problem}`,
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
      ? `duplicate name: ${dotted(first.path)} is ${prompt.path} too`
      : `${prompt.path} differs from ${first.prompt.path} of ${dotted(first.path)} by case only`;
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
  lockedIsThere,
  logicIsJinja,
  pathIsUsable,
  pathIsUnique,
];
