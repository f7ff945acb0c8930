import type { Answer, ServerWorld } from "./server-world.ts";

/** A person with a browser: keeps cookies, sends the origin, and fills in the token of the form. */
export interface PageVisitor {
  get(path: string): Promise<Answer>;
  /** Sends a form of a page; `changes` replaces headers or the token. */
  post(
    path: string,
    action: string,
    fields: Readonly<Record<string, string>>,
    changes?: { readonly token?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Answer>;
  /** The message that the page after a change shows. */
  flash(path: string): Promise<string | undefined>;
}

export function visitPages({ address, send }: ServerWorld, key?: string): PageVisitor {
  const cookies = new Map<string, string>();
  const authorization: Record<string, string> =
    key === undefined ? {} : { authorization: `Basic ${Buffer.from(`me:${key}`).toString("base64")}` };
  const visit = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const form = { "content-type": "application/x-www-form-urlencoded", origin: address.url };
    const answer = await send(method, path, {
      headers: {
        cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
        ...authorization,
        ...(body === undefined ? {} : form),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const tokenOf = async (path: string) =>
    /name="csrf_token" value="([^"]+)"/.exec((await visit("GET", path)).text)?.[1] ?? "";
  return {
    get: (path) => visit("GET", path),
    async post(path, action, fields, { token, headers = {} } = {}) {
      const sent = { csrf_token: token ?? (await tokenOf(path)), action, form_key: "", ...fields };
      return visit("POST", path, new URLSearchParams(sent).toString(), headers);
    },
    async flash(path) {
      const { text } = await visit("GET", path);
      return /class="note good" role="status"><strong>✓<\/strong> ([^<]*)/.exec(text)?.[1];
    },
  };
}
