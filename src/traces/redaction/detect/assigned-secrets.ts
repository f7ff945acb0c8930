import { isPlaceholder } from "../placeholders.ts";
import { type Detector, matchSpans, mergeSpans } from "../span.ts";

const nameOfKey =
  "(?:api[_ -]?key|apikey|x-api-key|(?:client|app|shared|signing|webhook)?[_ -]?secret(?:[_ -]?(?:access[_ -]?)?key)?|(?:access|account|private|subscription|encryption|storage|primary|secondary)[_ -]?key|SharedAccessKey|AccountKey|(?:access|auth|refresh|id|bearer|session|security|personal[_ -]access)?[_ -]?token|authorization|credentials?)";
const nameOfPassword = "(?:password|passwd|pwd|passphrase|passwort|kennwort|contraseña|mot de passe)";
const sign = "[\"'`]?\\s{0,4}(?::=|=>|[:=])\\s{0,4}";
const key = new RegExp(
  `(?<![A-Za-z])(?:[A-Za-z0-9]{1,24}[_-]){0,3}${nameOfKey}${sign}["'\`]?(?<hit>[A-Za-z0-9._~+/!@#$%^&*-]{8,4096}={0,3})`,
  "dgiu",
);
const password = new RegExp(
  `(?<![A-Za-z])(?:[A-Za-z0-9]{1,24}[_-]){0,3}${nameOfPassword}(?<sign>${sign})(?:"(?<quoted>[^"\\n]{1,256})"|'(?<single>[^'\\n]{1,256})'|(?<hit>[^\\s"'\`,;)}\\]\ue000]{4,256}))`,
  "dgiu",
);

/** `name = value` where the name says that the value is nobody's business. */
export const findAssignedSecrets: Detector = (text) =>
  mergeSpans([
    ...matchSpans(text, key, ({ groups }) => isKeyLike(groups?.["hit"] ?? "")),
    ...passwordSpans(text),
  ]);

/** Not a word: `secret: ingredient` is prose. */
function isKeyLike(value: string): boolean {
  if (isPlaceholder(value)) return false;
  return /\d/.test(value) ? /[A-Za-z]/.test(value) : value.length >= 20 && /[a-z][A-Z]/.test(value);
}

function passwordSpans(text: string) {
  return [...text.matchAll(password)].flatMap(({ groups = {}, indices }) => {
    const bare = groups["hit"];
    // `password: required` is prose; `password=letmein` is not.
    const isProse = bare !== undefined && !groups["sign"]?.includes("=") && !/[\d!@#$%^&*]/.test(bare);
    const at = ["quoted", "single", "hit"].map((name) => indices?.groups?.[name]).find((found) => found);
    if (at === undefined || isProse) return [];
    return [{ start: at[0], end: at[1] }];
  });
}
