import { type Detector, matchSpans, mergeSpans } from "../span.ts";

// The last @ before the path ends the password, which may hold others.
const webUser = /(?<=https?:\/\/)(?!git@)(?<hit>[^\s/?#"'`<>\\\ue000]{1,512})@/dgi;
const otherUser = /(?<=[a-z0-9+.-]:\/\/)(?<!https?:\/\/)(?!git@)(?<hit>[^\s/"'`<>\\\ue000]{1,512})@/dgi;
const oracle = /(?<=jdbc:oracle:[a-z]{2,5}:)(?<hit>[^\s@"'`<>\ue000]{1,256})@/dgi;
const parameter =
  /[?&;#](?:[a-z]{1,16}[_-]){0,2}(?:api[_-]?key|apikey|key|token|secret|password|passwd|pwd|pass|auth|sig|signature|credential|session|sid)=(?<hit>[^&#\s"'`<>\ue000]{4,4096})/dgi;

/** User and password of an address, and the parameters that open doors. */
export const findUrlCredentials: Detector = (text) => {
  if (!text.includes("://") && !text.includes("=") && !text.includes("jdbc:")) return [];
  return mergeSpans([
    ...matchSpans(text, webUser),
    ...matchSpans(text, otherUser),
    ...matchSpans(text, oracle),
    ...matchSpans(text, parameter, (match) => opensDoors(match[0])),
  ]);
};

/** `key=name` sorts a list; `key=Zm9vYmFyYmF6` opens a door. */
function opensDoors(parameterText: string): boolean {
  const [name = "", value = ""] = parameterText.slice(1).split(/=(.*)/s);
  if (!/^(?:key|session|sid|auth|sig)$/i.test(name)) return true;
  return value.length >= 10 && /\d|[a-z][A-Z]/.test(value);
}
