/**
 * JSON in ASCII: databases of any encoding store it, and a column of type `json` keeps the escapes as they are, NUL and
 * lone surrogates included.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
