/**
 * JSON in ASCII: databases of any encoding store it, and a column of type `json` keeps the escapes as they are, NUL and
 * lone surrogates included.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped);
}

/**
 * A text that databases of any encoding store: what they may lack is written as in JSON. Different texts differ, and
 * begin alike if they began alike.
 */
export function asciiText(text: string): string {
  return text.replace(/[\0\u0080-\uffff]|\\(?=u)/g, escaped);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
