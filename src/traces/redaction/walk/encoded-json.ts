import { type JsonValue, parsedJson } from "../../../core/data/json.ts";

const linePrefix = /^(?:data: ?)?(?=[{["])/;
const streamLine = /^(?:data: ?\[DONE\]|event:.*|id:.*|retry:.*|:.*)?$/;

/**
 * Redacts text that is JSON, JSON Lines or a stream of server-sent events; undefined for other text. Returns
 * the text byte for byte if nothing changes.
 */
export function redactEncoded(text: string, redact: (decoded: JsonValue) => JsonValue): string | undefined {
  if (/^\s*[{["]/.test(text) && /[}\]"]\s*$/.test(text)) {
    const decoded = parsedJson(text);
    if (decoded !== undefined) return redactWhole(text, decoded, redact);
  }
  return text.includes("\n") && /^(?:data|event|id|:| *\{)/.test(text)
    ? redactLines(text, redact)
    : undefined;
}

function redactWhole(text: string, decoded: JsonValue, redact: (decoded: JsonValue) => JsonValue): string {
  const before = JSON.stringify(decoded);
  const redacted = redact(decoded);
  const after = JSON.stringify(redacted);
  // JSON.parse drops the first of two equal keys, so its value is only in the text.
  if (before === after && countKeys(text) === countKeys(before)) return text;
  return text.includes("\n") ? JSON.stringify(redacted, null, 2) : after;
}

/** The lines are redacted as one list, because a stream may split a text anywhere. */
function redactLines(text: string, redact: (decoded: JsonValue) => JsonValue): string | undefined {
  const lines = text.split("\n");
  const decoded: { readonly at: number; readonly prefix: string; readonly value: JsonValue }[] = [];
  for (const [at, line] of lines.entries()) {
    const prefix = linePrefix.exec(line)?.[0];
    const value = prefix === undefined ? undefined : parsedJson(line.slice(prefix.length));
    if (value !== undefined) decoded.push({ at, prefix: prefix ?? "", value });
    else if (!streamLine.test(line.trimEnd())) return undefined;
  }
  if (decoded.length === 0) return undefined;
  const redacted = redact(decoded.map(({ value }) => value));
  if (!Array.isArray(redacted)) return undefined;
  const out = [...lines];
  for (const [index, { at, prefix, value }] of decoded.entries()) {
    const after = JSON.stringify(redacted[index]);
    const before = JSON.stringify(value);
    if (after !== before || countKeys(lines[at] ?? "") !== countKeys(before)) out[at] = prefix + after;
  }
  return out.join("\n");
}

function countKeys(json: string): number {
  return json.match(/"(?:[^"\\]|\\.)*"\s*:/gs)?.length ?? 0;
}
