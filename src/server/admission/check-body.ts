import { isUtf8 } from "node:buffer";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { collectGarbage } from "../../core/collect-garbage.ts";
import type { Problem } from "../problem.ts";
import type { RouteEnv } from "../route-group.ts";
import { bodyTooLarge } from "./check-body-head.ts";

/** Parsed JSON with many small values takes over ten times the size of its text. */
export const mostJsonValues = 300_000;
const longText = 1024 * 1024;

export const tooManyValues: Problem = {
  status: 413,
  code: "body_too_large",
  message: `the JSON body has more than ${mostJsonValues} values`,
  hint: "send it in smaller parts",
};

const notUtf8: Problem = {
  status: 400,
  code: "body_invalid",
  message: "the body is not UTF-8 text",
  hint: "JSON must be UTF-8, whatever the charset of the content type",
};

interface BodyLimits {
  readonly bodyLimitBytes: number;
  /** Maximum nesting of a JSON body, because code that walks it is recursive. */
  readonly nestingLimit: number;
}

/** Counts bodies without a content length while reading, and checks the depth of JSON before it is parsed. */
export function checkBody(
  { bodyLimitBytes, nestingLimit }: BodyLimits,
  refuse: (context: Context, problem: Problem) => Response,
): MiddlewareHandler<RouteEnv> {
  const countBytes = bodyLimit({
    maxSize: bodyLimitBytes,
    onError: (context) => refuse(context, bodyTooLarge(bodyLimitBytes)),
  });
  return async (context, next) => {
    const { headers, method } = context.env.incoming;
    if (method === "GET" || method === "HEAD") return next();
    const goOn = async (): Promise<Response | undefined> => {
      const problem = await jsonProblem(context, nestingLimit);
      if (problem !== undefined) return refuse(context, problem);
      await next();
      return undefined;
    };
    if (headers["transfer-encoding"] === undefined) return goOn();
    let refused: Response | undefined;
    const tooLarge = await countBytes(context, async () => {
      refused = await goOn();
    });
    return refused ?? (tooLarge instanceof Response ? tooLarge : undefined);
  };
}

async function jsonProblem(context: Context<RouteEnv>, nestingLimit: number): Promise<Problem | undefined> {
  const { "content-type": type = "", "content-encoding": coding = "identity" } = context.env.incoming.headers;
  // The code that unpacks a body checks it.
  if (!/json/i.test(type) || coding.trim().toLowerCase() !== "identity") return undefined;
  const text = await utf8Text(context);
  if (text === undefined) return notUtf8;
  const { depth, values } = jsonShape(text, nestingLimit);
  if (values > mostJsonValues) return tooManyValues;
  if (text.length > longText) context.req.json = onceParsed(context, text) as typeof context.req.json;
  if (depth > nestingLimit) {
    return {
      status: 400,
      code: "body_too_deep",
      message: `the JSON body is nested deeper than ${nestingLimit} levels`,
    };
  }
  return undefined;
}

/**
 * Reads a body as text; undefined for invalid UTF-8, which the framework would replace with U+FFFD. The
 * framework caches the text, so later parsing does not read the body again.
 */
async function utf8Text(context: Context<RouteEnv>): Promise<string | undefined> {
  const bytes = await context.req.arrayBuffer();
  context.req.bodyCache = {};
  if (!isUtf8(bytes)) return undefined;
  const text = new TextDecoder().decode(bytes);
  // The cache is typed as text but holds a promise.
  context.req.bodyCache = { text: Promise.resolve(text) as unknown as string };
  return text;
}

/** Parses a long text on first use and releases it. */
function onceParsed(context: Context<RouteEnv>, given: string): () => Promise<unknown> {
  let text: string | undefined = given;
  let parsed: unknown;
  return async () => {
    if (text === undefined) return parsed;
    parsed = JSON.parse(text);
    text = undefined;
    context.req.bodyCache = {};
    collectGarbage();
    return parsed;
  };
}

/** Maximum nesting in a JSON text, counted up to `limit` + 1. Ignores braces in strings. */
export function jsonDepth(text: string, limit: number): number {
  return jsonShape(text, limit).depth;
}

/** `jsonDepth` with an estimate of the number of values: commas, objects and lists. */
export function jsonShape(text: string, limit: number): { readonly depth: number; readonly values: number } {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at + 1);
    } else if (code === 0x7b || code === 0x5b) {
      values++;
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return { depth: deepest, values };
    } else if (code === 0x2c) {
      values++;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return { depth: deepest, values };
}

function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, end, from)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}
