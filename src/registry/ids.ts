import { randomBytes } from "node:crypto";
import { digestOfText } from "../core/data/digest.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 21;

/** A new prompt's id: `pr_` and 21 random characters, so that it survives a move. */
export function newPromptId(): string {
  return `pr_${base62(randomBytes(32).toString("hex"))}`;
}

/** `prv_` and 21 characters out of the prompt's id and the digest: equal text under two prompts gives two ids. */
export function versionId(promptId: string, digest: string): string {
  return `prv_${base62(digestOfText(`${promptId}\n${digest}`))}`;
}

/** Out of the name alone, so that two branches that add the same environment agree. */
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
