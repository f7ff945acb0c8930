import type { PromptReader } from "../../../contracts/registry.ts";
import { ConflictError } from "../../../core/errors.ts";
import { type Html, html } from "../../../report/html.ts";
import type { FormFields } from "./form-fields.ts";

const field = "shown_use";

/** Versions by path, then by environment. */
export type PromptUse = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Keeps in a form what the environments used when it was shown. */
export function shownUseField(use: PromptUse): Html {
  return html`<input type="hidden" name="${field}" value="${JSON.stringify(use)}">`;
}

/**
 * Rejects with ConflictError if an environment uses another version than the form showed: somebody deployed meanwhile,
 * and this reader has not seen it.
 */
export async function refuseChangedUse(
  registry: Pick<PromptReader, "prompt">,
  {
    path,
    version,
    environment,
  }: { readonly path: string; readonly version: number; readonly environment: string },
  fields: FormFields,
): Promise<void> {
  if (!fields.has(field)) return;
  const { environments } = await registry.prompt(path);
  const now = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  const shown = shownUse(fields.get(field), path, environment);
  if (now === shown || now === version) return;
  throw new ConflictError(
    `${environment} uses ${now === undefined ? "no version" : `version ${now}`} of ${path} by now, not ${shown ?? "none"}`,
    { hint: "nothing was changed; the form shows the new state, so decide again" },
  );
}

function shownUse(text: string, path: string, environment: string): number | undefined {
  try {
    const use = JSON.parse(text) as PromptUse;
    const own = Object.hasOwn(use, path) ? use[path] : undefined;
    return own !== undefined && Object.hasOwn(own, environment) ? own[environment] : undefined;
  } catch {
    return undefined;
  }
}
