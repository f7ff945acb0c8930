const word = /^[A-Za-z](?:[A-Za-z0-9_.,/()+@-]| (?=[A-Za-z0-9]))*$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const integer = /^[1-9]\d{0,14}$/;
const digest = /^(?=[0-9]*[a-df])[0-9a-f]{64}$/;
const notText = /^(?:true|false|null|[+-]?\.(?:inf|nan))$/i;

/**
 * The short way through the commonest record: lines of `key: value` whose value is a word, a number, a time
 * or a digest. It makes a list of ten thousand prompts several times faster. Undefined for anything else,
 * which the YAML parser reads; where both read a text, they agree.
 */
export function parsePlainRecord(text: string): Record<string, string | number> | undefined {
  const record: Record<string, string | number> = {};
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const colon = line.indexOf(": ");
    const key = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (colon < 1 || !/^[a-z_]+$/.test(key) || notText.test(key) || key in record) return undefined;
    if (integer.test(value)) record[key] = Number(value);
    else if (timestamp.test(value) || digest.test(value) || (word.test(value) && !notText.test(value))) {
      record[key] = value;
    } else return undefined;
  }
  return Object.keys(record).length > 0 ? record : undefined;
}
