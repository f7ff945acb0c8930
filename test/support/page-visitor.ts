import { basicKey, openPageRequests } from "./page-requests.ts";
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

export function visitPages(world: ServerWorld, key?: string): PageVisitor {
  const { request } = openPageRequests(world);
  const authorization = key === undefined ? {} : basicKey(key);
  const get = (path: string) => request("GET", path, undefined, authorization);
  const tokenOf = async (path: string) =>
    /name="csrf_token" value="([^"]+)"/.exec((await get(path)).text)?.[1] ?? "";
  return {
    get,
    async post(path, action, fields, { token, headers = {} } = {}) {
      const sent = { csrf_token: token ?? (await tokenOf(path)), action, form_key: "", ...fields };
      return request("POST", path, new URLSearchParams(sent).toString(), { ...authorization, ...headers });
    },
    async flash(path) {
      const { text } = await get(path);
      return /class="note good" role="status"><strong>✓<\/strong> ([^<]*)/.exec(text)?.[1];
    },
  };
}
