import { hash } from "node:crypto";

const digits = 8;
const marked = new RegExp(`^(.*),"sum":"([0-9a-f]{${digits}})"\\}$`, "s");

/** The JSON object of a line with the checksum of all that stands before it as its last member, `sum`. */
export function withChecksum(value: object): string {
  const body = JSON.stringify(value).slice(0, -1);
  return `${body},"sum":"${checksumOf(body)}"}`;
}

/** Does a line's checksum fit? Undefined for a line without one: earlier versions wrote none. */
export function isChecksumRight(text: string): boolean | undefined {
  const [, body, sum] = marked.exec(text) ?? [];
  return body === undefined ? undefined : checksumOf(body) === sum;
}

/** The first digits of a SHA-256: against a slip of an editor or a disk, not against a forger. */
function checksumOf(text: string): string {
  return hash("sha256", text).slice(0, digits);
}
