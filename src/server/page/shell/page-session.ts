import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { keyOfHeaders } from "../../admission/check-key.ts";
import type { RouteEnv } from "../../route-group.ts";

const sessionName = "dao_opt_session";
const flashName = "dao_opt_flash";
const longestFlash = 1000;
const doneMark = "+";
/** Lax: a link from another site finds the session, and a form of another site does not. */
const cookie = { path: "/", httpOnly: true, sameSite: "Lax" } as const;

/** Tokens of forms, and messages from one page to the next. */
export interface PageSession {
  /** The token for the forms of a page; starts the session of a browser that has none. */
  tokenOf(context: Context<RouteEnv>): string;
  /** Undefined for a form of this server. */
  forgeryOf(context: Context<RouteEnv>, token: string): Forgery | undefined;
}

/** `foreign`: sent by another site. `stale`: the token is of an earlier start of the server, or is made up. */
export type Forgery = "foreign" | "stale";

/**
 * A token is the HMAC of the session's cookie and the API key under a secret of the server: it cannot be made
 * elsewhere, and a token of one browser or key is of no use to another.
 */
export function createPageSession(secret: Buffer): PageSession {
  const tokenFor = (session: string, context: Context<RouteEnv>) => {
    const key = keyOfHeaders(context.env.incoming.headers) ?? "";
    return createHmac("sha256", secret)
      .update(`${session}\n${hash("sha256", key)}`)
      .digest("base64url");
  };
  return {
    tokenOf(context) {
      const known = sessionOf(context);
      const session = known ?? randomBytes(18).toString("base64url");
      if (known === undefined) setCookie(context, sessionName, session, cookie);
      return tokenFor(session, context);
    },
    forgeryOf(context, token) {
      const site = context.env.incoming.headers["sec-fetch-site"];
      // Admission has compared Origin with Host.
      if (site !== undefined && site !== "same-origin") return "foreign";
      const session = sessionOf(context);
      if (session === undefined) return "stale";
      const [given, own] = [token, tokenFor(session, context)].map((text) => hash("sha256", text, "buffer"));
      return given !== undefined && own !== undefined && timingSafeEqual(given, own) ? undefined : "stale";
    },
  };
}

function sessionOf(context: Context<RouteEnv>): string | undefined {
  const given = getCookie(context, sessionName);
  return given !== undefined && /^[\w-]{24}$/.test(given) ? given : undefined;
}

/** A message from one page to the next. */
export interface Flash {
  readonly message: string;
  /** False: nothing was done. */
  readonly isDone: boolean;
}

/** Keeps a message for the next page. */
export function setFlash(context: Context<RouteEnv>, { message, isDone }: Flash): void {
  const text = `${isDone ? doneMark : "-"}${message}`;
  setCookie(context, flashName, text.slice(0, longestFlash), { ...cookie, maxAge: 30 });
}

/** Takes the message that the page before left. */
export function takeFlash(context: Context<RouteEnv>): Flash | undefined {
  const text = getCookie(context, flashName);
  if (text === undefined) return undefined;
  setCookie(context, flashName, "", { ...cookie, maxAge: 0 });
  return { message: text.slice(1, longestFlash), isDone: text.startsWith(doneMark) };
}
