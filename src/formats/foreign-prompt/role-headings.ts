import type { JsonObject } from "../../core/data/json.ts";
import type { PromptNote } from "./prompt-format.ts";

const roles = "system|developer|user|assistant|tool|function|human|ai|model";
/** `system:` alone in its line, in Prompty with attributes: `user[name="x"]:`. */
const colonLine = new RegExp(`^[ \\t]*#?[ \\t]*(${roles})[ \\t]*(\\[[^\\]]*\\])?[ \\t]*:[ \\t]*$`, "i");
/** `# System`, `## User message`. */
const headingLine = new RegExp(
  `^(#{1,6})[ \\t]+(${roles})(?:[ \\t]+(?:message|prompt))?[ \\t]*:?[ \\t]*#*$`,
  "i",
);
const names: Readonly<Record<string, string>> = { human: "user", ai: "assistant", model: "assistant" };

const longest = 200;

interface RoleLine {
  readonly role: string;
  readonly attributes?: string;
}

/** Whether the body starts with a line such as `system:`. */
export function startsWithRoleLine(body: string): boolean {
  return colonLine.test(firstLine(body));
}

/**
 * Whether every Markdown heading of the highest level is a role, with at least two messages, one of them for the
 * user. A lone `# System` is a heading of a text.
 */
export function hasRoleHeadings(body: string): boolean {
  if (!headingLine.test(firstLine(body))) return false;
  const lines = outsideCode(body);
  const headings = lines.flatMap((line) => /^(#{1,6})[ \t]/.exec(line)?.[1]?.length ?? []);
  const level = Math.min(...headings);
  const top = lines.filter((line) => /^(#{1,6})[ \t]/.exec(line)?.[1]?.length === level);
  const found = top.map((line) => headingLine.exec(line.slice(0, longest))?.[2]?.toLowerCase());
  return (
    found.length > 1 &&
    found.every((role) => role !== undefined) &&
    found.some((role) => /^(user|human)$/.test(role ?? ""))
  );
}

/** Messages between role lines of a body, with the line of their first text. Text before the first is a problem. */
export function readRoleLines(
  body: string,
  bodyLine: number,
  style: "colon" | "heading",
): { readonly messages: readonly RoleMessage[]; readonly notes: readonly PromptNote[] } {
  const messages: { role: string; lines: string[]; line: number }[] = [];
  const notes: PromptNote[] = [];
  const level = /^#+/.exec(firstLine(body))?.[0].length;
  let isCode = false;
  body.split("\n").forEach((line, at) => {
    if (/^[ \t]*(```|~~~)/.test(line)) isCode = !isCode;
    const found = isCode ? undefined : roleOf(line, style, level);
    const last = messages.at(-1);
    if (found !== undefined) {
      messages.push({ role: found.role, lines: [], line: bodyLine + at + 1 });
      if (found.attributes !== undefined)
        notes.push({ line: bodyLine + at, message: `the attributes ${found.attributes} are left out` });
    } else if (last !== undefined) last.lines.push(line);
    else if (line.trim() !== "") messages.push({ role: "system", lines: [line], line: bodyLine + at });
  });
  return {
    messages: messages
      .map(({ role, lines, line }) => ({ role, content: trimmed(lines), line: line + leadingBlank(lines) }))
      .filter(({ content }) => content !== ""),
    notes,
  };
}

/** A message with the line of the file where its text starts. */
interface RoleMessage {
  readonly role: string;
  readonly content: string;
  readonly line: number;
}

/** Messages as wire keys. */
export function wireMessages(messages: readonly RoleMessage[]): readonly JsonObject[] {
  return messages.map(({ role, content }) => ({ role, content }));
}

function roleOf(line: string, style: "colon" | "heading", level: number | undefined): RoleLine | undefined {
  if (line.length > longest) return undefined;
  const colon = style === "colon" ? colonLine.exec(line) : null;
  const heading = style === "heading" ? headingLine.exec(line) : null;
  if (heading !== null && heading[1]?.length !== level) return undefined;
  const role = (colon?.[1] ?? heading?.[2])?.toLowerCase();
  if (role === undefined) return undefined;
  const attributes = colon?.[2];
  return { role: names[role] ?? role, ...(attributes === undefined ? {} : { attributes }) };
}

/** The first line with text; long ones are no role lines. */
function firstLine(body: string): string {
  const line = body.split("\n").find((one) => one.trim() !== "") ?? "";
  return line.length > longest ? "" : line;
}

function outsideCode(body: string): readonly string[] {
  let isCode = false;
  return body.split("\n").filter((line) => {
    if (/^[ \t]*(```|~~~)/.test(line)) isCode = !isCode;
    return !isCode;
  });
}

function leadingBlank(lines: readonly string[]): number {
  const at = lines.findIndex((line) => line.trim() !== "");
  return at === -1 ? 0 : at;
}

function trimmed(lines: readonly string[]): string {
  return lines.slice(leadingBlank(lines)).join("\n").trimEnd();
}
