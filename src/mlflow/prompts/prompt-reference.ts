import { UsageError } from "../../core/errors.ts";

/** A prompt of MLflow, one of its versions or aliases; the newest version when neither is given. */
export interface MlflowPromptReference {
  /** As it was written, with dots or slashes. */
  readonly name: string;
  readonly version?: number;
  readonly alias?: string;
}

/**
 * `prompts:/main.default.x/2`, `prompts:/main/default/x/2`, `prompts:/x@production`, `x@latest`, `x`. A path of
 * the registry is as good as a name of MLflow.
 */
export function parseMlflowPromptReference(text: string): MlflowPromptReference {
  const rest = text.trim().replace(/^prompts:\/+/, "");
  const at = rest.lastIndexOf("@");
  const [name, selector] = at === -1 ? splitNumber(rest) : [rest.slice(0, at), rest.slice(at + 1)];
  const isName = name !== "" && !/[@:\s]/.test(name) && !/^\/|\/$|\/\//.test(name);
  if (!isName || selector === "") {
    throw new UsageError(`${JSON.stringify(text)} does not name a prompt of MLflow`, {
      hint: "write prompts:/NAME, prompts:/NAME/2 or prompts:/NAME@ALIAS",
    });
  }
  if (selector === undefined) return { name };
  return /^[1-9]\d*$/.test(selector) ? { name, version: Number(selector) } : { name, alias: selector };
}

function splitNumber(text: string): readonly [string, string | undefined] {
  const [, name, number] = /^(.+)\/(\d+)$/.exec(text) ?? [];
  return name === undefined ? [text, undefined] : [name, number];
}
