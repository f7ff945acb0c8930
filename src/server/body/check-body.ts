import { isUtf8 } from "node:buffer";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { collectGarbage } from "../../core/collect-garbage.ts";
import { bodyTooLarge } from "../admission/check-body-head.ts";
import type { Problem } from "../problem.ts";
import type { RouteEnv } from "../route-app.ts";
import { jsonShape } from "./json-depth.ts";

/** Parsed, a body of many small values takes ten times its length and more. */
export const mostJsonValues = 300_000;
const longText = 1024 * 1024;

export const tooManyValues: Problem = {
  status: 413,
  code: "body_too_large",
  message: `the JSON body holds more than ${mostJsonValues} values`,
  hint: "send it in smaller parts",
};

const notUtf8: Problem = {
  status: 400,
  code: "body_invalid",
  message: "the body is not UTF-8 text",
  hint: "JSON is sent as UTF-8, whatever the charset of its content type says",
};

export interface BodyLimits {
  readonly bodyLimitBytes: number;
  /** Deepest nesting of a JSON body: code that walks it is recursive. */
  readonly nestingLimit: number;
}

/**
 * Bodies whose length is not announced are counted as they come (the door has looked at announced ones);
 * JSON is looked over for its depth before anybody parses it.
 */
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
  // A packed one is looked over by whoever unpacks it.
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
 * The text of a body, undefined when its bytes are no UTF-8: the framework would put U+FFFD in their place, and a
 * version would keep that for ever. The framework keeps the text: parsing it later reads nothing twice.
 */
async function utf8Text(context: Context<RouteEnv>): Promise<string | undefined> {
  const bytes = await context.req.arrayBuffer();
  context.req.bodyCache = {};
  if (!isUtf8(bytes)) return undefined;
  const text = new TextDecoder().decode(bytes);
  // Declared as the text, and kept as a promise of it.
  context.req.bodyCache = { text: Promise.resolve(text) as unknown as string };
  return text;
}

/** Parses a long text when it is first asked for, and lets go of it: the values hold all of it again. */
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
