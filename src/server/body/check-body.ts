import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { bodyTooLarge } from "../door/check-body-head.ts";
import type { Problem } from "../problem.ts";
import type { RouteEnv } from "../route-app.ts";
import { jsonDepth } from "./json-depth.ts";

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
  const type = context.env.incoming.headers["content-type"] ?? "";
  if (!/json/i.test(type) || context.env.incoming.headers["content-encoding"] !== undefined) return undefined;
  // The framework keeps the text: parsing it later reads nothing twice.
  const text = await context.req.text();
  if (jsonDepth(text, nestingLimit) > nestingLimit) {
    return {
      status: 400,
      code: "body_too_deep",
      message: `the JSON body is nested deeper than ${nestingLimit} levels`,
    };
  }
  return undefined;
}
