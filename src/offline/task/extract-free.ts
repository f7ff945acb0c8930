import type { JsonValue } from "../../core/data/json.ts";

const shapes: readonly (readonly [RegExp, RegExp])[] = [
  [/e-?mail/i, /[\w.+-]+@[\w-]+\.[\w.]+\b/],
  [/url|link|website/i, /https?:\/\/\S+/],
  [/phone|tel\b/i, /\+?\d[\d ()-]{6,}\d/],
  [
    /date|day|deadline/i,
    /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/i,
  ],
  [/amount|price|total|cost|sum/i, /[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:usd|eur|gbp|dollars|euros)\b/i],
  [/order|number|\bid\b|_id$|reference|invoice/i, /#?\b[A-Z]{0,4}-?\d{3,}\b/],
  [/count|quantity|age|how_many/i, /\b\d+\b/],
  [
    /name|sender|customer|person/i,
    /(?:my name is|i am|i'm|regards,?\s+|sincerely,?\s+)\s*((?:(?:Dr|Mr|Mrs|Ms)\.? )?[A-Z][\w-]+(?: [A-Z][\w-]+)?)/,
  ],
];

/** A value for a key without a list of values: found by the shape its name suggests, else null. */
export function pickFree(name: string, text: string): JsonValue {
  if (/summary|subject|title|topic/i.test(name)) {
    return (
      /^\s*subject\s*:\s*(.+)$/im.exec(text)?.[1]?.trim() ?? text.trim().split(/(?<=[.!?])\s|\n/)[0] ?? null
    );
  }
  const shape = shapes.find(([key]) => key.test(name))?.[1];
  const found = shape?.exec(text);
  if (found === null || found === undefined) return null;
  const value = (found[1] ?? found[0]).trim();
  return /count|quantity|age|how_many/i.test(name) ? Number(value) : value;
}
