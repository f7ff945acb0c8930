import { openPageRequests } from "./page-requests.ts";
import type { Answer, ServerWorld } from "./server-world.ts";

/** A browser without scripts: keeps cookies, sends its origin, fills in hidden fields. */
export interface PageBrowser {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form of a page as it was shown, with what is typed into it. */
  submit(
    path: string,
    action: string,
    typed?: Readonly<Record<string, string>>,
    options?: SubmitOptions,
  ): Promise<Answer>;
  /** Submits, follows the redirect and resolves to the page that it leads to. */
  submitted(path: string, action: string, typed?: Readonly<Record<string, string>>): Promise<Answer>;
}

interface SubmitOptions {
  readonly headers?: Record<string, string>;
  /** Replaces the token of the page. */
  readonly token?: string;
}

export function openPageBrowser(world: Pick<ServerWorld, "send" | "address">): PageBrowser {
  const { request } = openPageRequests(world);
  const get: PageBrowser["get"] = (path, headers) => request("GET", path, undefined, headers);
  const submit: PageBrowser["submit"] = async (path, action, typed = {}, options = {}) => {
    const { text } = await get(path, options.headers);
    const fields = { csrf_token: "", action, form_key: "", ...fieldsOf(text, action), ...typed };
    if (options.token !== undefined) fields.csrf_token = options.token;
    return request("POST", path, new URLSearchParams(fields).toString(), options.headers);
  };
  return {
    get,
    submit,
    async submitted(path, action, typed) {
      const answer = await submit(path, action, typed);
      if (answer.status !== 303) throw new Error(`${answer.status}: ${alertOf(answer.text)}`);
      return get(String(answer.headers.location));
    },
  };
}

/** What a page says was wrong. */
export function alertOf(text: string): string {
  const [, words = ""] = /role="alert"[^>]*>(.*?)<\/p>/s.exec(text) ?? [];
  return plain(words);
}

/** What a page says was done. */
export function statusOf(text: string): string {
  const [, words = ""] = /role="status"><strong>✓<\/strong> (.*?)<\/p>/s.exec(text) ?? [];
  return plain(words);
}

/** Values of the fields of the form with an action, as a browser would send them. */
export function fieldsOf(text: string, action: string): Record<string, string> {
  const forms = [...text.matchAll(/<form method="post".*?<\/form>/gs)].map(([form]) => form);
  const form = forms.find((one) => one.includes(`name="action" value="${action}"`)) ?? "";
  const fields: Record<string, string> = {};
  for (const [, type = "", name = "", value = ""] of form.matchAll(
    /<input type="(\w+)" name="([^"]*)" value="([^"]*)"/g,
  ))
    if (type !== "checkbox") fields[name] = plain(value);
  for (const [, name = "", value = ""] of form.matchAll(
    /<textarea name="([^"]*)"[^>]*>\n?(.*?)<\/textarea>/gs,
  ))
    fields[name] = plain(value);
  for (const [, name = "", options = ""] of form.matchAll(/<select name="([^"]*)">(.*?)<\/select>/gs))
    fields[name] = plain(
      /value="([^"]*)" selected/.exec(options)?.[1] ?? /value="([^"]*)"/.exec(options)?.[1] ?? "",
    );
  return fields;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function plain(markup: string): string {
  return markup
    .replace(/<[^>]+>/g, "")
    .replace(/&(#x[0-9A-F]+|#39|\w+);/gi, (whole, name: string) =>
      name.startsWith("#x")
        ? String.fromCodePoint(Number.parseInt(name.slice(2), 16))
        : (entities[name] ?? whole),
    );
}
