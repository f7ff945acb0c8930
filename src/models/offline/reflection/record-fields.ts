export type RecordField = "input" | "output" | "expected" | "feedback" | "score";

const fields: readonly (readonly [RecordField, RegExp])[] = [
  ["score", /^(?:score|rating|points|mark)s?$/],
  ["feedback", /feedback|critique|explanation|comment|reason|diagnos|went wrong|\bwhy\b|\bnotes?\b|problem/],
  [
    "expected",
    /expect|\bcorrect\b|reference|\bgold|ground.?truth|\btarget\b|should|desired|\bwanted\b|\bideal\b|\bright\b|^label$/,
  ],
  [
    "output",
    /output|answer|response|\breply|replied|\bgot\b|actual|predict|generated|completion|produced|\bsaid\b|returned|\bmodel\b|assistant|wrote/,
  ],
  [
    "input",
    /input|\btext\b|question|query|\bpost\b|tweet|review|e-?mail|message|\buser\b|customer|request|document|ticket|content|sentence/,
  ],
];
const recordName =
  /^(?:example|case|failure|failed|sample|item|row|record|instance|mistake)s?\s*(?:no\.?|number|#)?\s*\d*$/;

/** What a heading or key announces, in whatever words; `record` for "Example 3". */
export function fieldNamed(name: string): RecordField | "record" | undefined {
  const low = name
    .toLowerCase()
    .replace(/[*_`#]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (low === "" || low.split(" ").length > 6) return undefined;
  if (recordName.test(low)) return "record";
  return fields.find(([, pattern]) => pattern.test(low))?.[0];
}
