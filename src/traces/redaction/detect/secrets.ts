import { type Detector, isPlaceholder, matchSpans, mergeSpans } from "../span.ts";

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

/** `name = value` where the name indicates a secret. */
export const findAssignedSecrets: Detector = (text) =>
  mergeSpans([
    ...matchSpans(text, key, ({ groups }) => isKeyLike(groups?.["hit"] ?? "")),
    ...passwordSpans(text),
  ]);

/** False for plain words: `secret: ingredient` is prose. */
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

// The last @ before the path ends the password, which may contain others.
const webUser = /(?<=https?:\/\/)(?!git@)(?<hit>[^\s/?#"'`<>\\\ue000]{1,512})@/dgi;
const otherUser = /(?<=[a-z0-9+.-]:\/\/)(?<!https?:\/\/)(?!git@)(?<hit>[^\s/"'`<>\\\ue000]{1,512})@/dgi;
const oracle = /(?<=jdbc:oracle:[a-z]{2,5}:)(?<hit>[^\s@"'`<>\ue000]{1,256})@/dgi;
const parameter =
  /[?&;#](?:[a-z]{1,16}[_-]){0,2}(?:api[_-]?key|apikey|key|token|secret|password|passwd|pwd|pass|auth|sig|signature|credential|session|sid)=(?<hit>[^&#\s"'`<>\ue000]{4,4096})/dgi;

/** User and password in URLs, and parameters that contain secrets. */
export const findUrlCredentials: Detector = (text) => {
  if (!text.includes("://") && !text.includes("=") && !text.includes("jdbc:")) return [];
  return mergeSpans([
    ...matchSpans(text, webUser),
    ...matchSpans(text, otherUser),
    ...matchSpans(text, oracle),
    ...matchSpans(text, parameter, (match) => isSecret(match[0])),
  ]);
};

/** `key=name` is a sort key; `key=Zm9vYmFyYmF6` is a secret. */
function isSecret(parameterText: string): boolean {
  const [name = "", value = ""] = parameterText.slice(1).split(/=(.*)/s);
  if (!/^(?:key|session|sid|auth|sig)$/i.test(name)) return true;
  return value.length >= 10 && /\d|[a-z][A-Z]/.test(value);
}
