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

export function openPageBrowser({ send, address }: Pick<ServerWorld, "send" | "address">): PageBrowser {
  const cookies = new Map<string, string>();
  const browse = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await send(method, path, {
      headers: { cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const get: PageBrowser["get"] = (path, headers = {}) => browse("GET", path, headers);
  const submit: PageBrowser["submit"] = async (path, action, typed = {}, options = {}) => {
    const { text } = await get(path, options.headers);
    const fields = { csrf_token: "", action, form_key: "", ...fieldsOf(text, action), ...typed };
    if (options.token !== undefined) fields.csrf_token = options.token;
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      origin: address.url,
      ...options.headers,
    };
    return browse("POST", path, headers, new URLSearchParams(fields).toString());
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
