import type { Deployment } from "../../../contracts/registry.ts";
import { type Html, html } from "../../../report/html.ts";
import { promptAddress } from "./page-links.ts";

/** Who deployed, as the history has it: pages have no names of readers. */
export const pageAuthor = "page of serve";

/** `Production now uses version 2 of main/p (was 1).` */
export function deployedSentence(path: string, { environment, from, to }: Deployment): string {
  const name = environment.charAt(0).toUpperCase() + environment.slice(1);
  if (from === to) return `${name} already used version ${to} of ${path}.`;
  return `${name} now uses ${to === null ? "no version" : `version ${to}`} of ${path} (was ${from ?? "empty"}).`;
}

/** What environments use before a deployment: `production uses version 1`. */
export function currentUse(
  path: string,
  environments: readonly string[],
  used: Readonly<Record<string, number>>,
): Html {
  const uses = environments.map((name, at) => {
    const version = Object.hasOwn(used, name) ? used[name] : undefined;
    const what =
      version === undefined
        ? "nothing"
        : html`<a href="${promptAddress(path, { version })}">version ${version}</a>`;
    return html`${at === 0 ? "" : ", "}${name} uses ${what}`;
  });
  return html`<p>Now ${uses} of ${path}.</p>`;
}
