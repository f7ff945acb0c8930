import { unescape as decode } from "node:querystring";

/** An address taken apart: what is sent elsewhere than in the URL. */
export interface EndpointAddress {
  /** Without user, password and query; no slash at its end. */
  readonly url: string;
  /** `Authorization: Basic …` when the address holds a user. fetch refuses such addresses itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Takes a valid URL apart. */
export function endpointAddress(baseUrl: string): EndpointAddress {
  const { origin, pathname, username, password, searchParams } = new URL(baseUrl);
  const user = `${decode(username)}:${decode(password)}`;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    headers: user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` },
    query: Object.fromEntries(searchParams),
  };
}
