import type { Answer, ServerWorld } from "./server-world.ts";

/** Requests as a browser sends them: cookies are kept, and forms have their type and origin. */
export interface PageRequests {
  readonly cookies: Map<string, string>;
  request(
    method: string,
    path: string,
    body?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export function openPageRequests({ send, address }: Pick<ServerWorld, "send" | "address">): PageRequests {
  const cookies = new Map<string, string>();
  const form = { "content-type": "application/x-www-form-urlencoded", origin: address.url };
  return {
    cookies,
    async request(method, path, body, headers = {}) {
      const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
      const answer = await send(method, path, {
        headers: { cookie, ...(body === undefined ? {} : form), ...headers },
        ...(body === undefined ? {} : { body }),
      });
      for (const line of answer.headers["set-cookie"] ?? []) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
  };
}

/** The header with which a browser sends a key that was typed into its dialog. */
export function basicKey(key: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`me:${key}`).toString("base64")}` };
}
