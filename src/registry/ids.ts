import { randomBytes } from "node:crypto";
import { digestOfText } from "../core/data/digest.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 21;

/** A new prompt id: `pr_` and 21 random characters. Independent of the path. */
export function newPromptId(): string {
  return `pr_${base62(randomBytes(32).toString("hex"))}`;
}

/** A version id: `prv_` and 21 characters derived from prompt id and digest. */
export function versionId(promptId: string, digest: string): string {
  return `prv_${base62(digestOfText(`${promptId}\n${digest}`))}`;
}

/** Derived from the name, so that branches that add the same environment agree. */
export function environmentId(name: string): string {
  return `env_${base62(digestOfText(`environment\n${name}`))}`;
}

function base62(hex: string): string {
  let rest = BigInt(`0x${hex}`);
  let text = "";
  for (let at = 0; at < idLength; at++) {
    text += alphabet[Number(rest % 62n)];
    rest /= 62n;
  }
  return text;
}
