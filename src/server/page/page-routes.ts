import type { Context } from "hono";
import type { ContentfulStatusCode as StatusCode } from "hono/utils/http-status";
import type { TraceFilter } from "../../contracts/trace-store.ts";
import { isDaoOptError, NotFoundError } from "../../core/errors.ts";
import { html } from "../../report/html.ts";
import { servedReportPolicy } from "../../report/look/report-policy.ts";
import { plainShape, problemOf } from "../problem.ts";
import { createRouteApp, type RouteEnv, type RouteGroup } from "../route-group.ts";
import { layout, pageHeaders } from "./layout.ts";
import { promptPage, promptsPage } from "./prompt-pages.ts";
import { runPage, runsPage } from "./run-pages.ts";
import { tracePage, tracesPage } from "./trace-pages.ts";

const promptPrefix = "/ui/prompts/";

/** The read-only web page: prompts, versions, environments, traces and runs. */
export const pageGroup: RouteGroup = {
  name: "page",
  prefixes: ["/"],
  shape: plainShape,
  access: () => "read",
  routes({ registry, traces, runs, log }) {
    const app = createRouteApp(plainShape, log);
    const page = async (
      context: Context<RouteEnv>,
      make: () => Promise<string>,
      headers: Readonly<Record<string, string>> = pageHeaders,
    ) => {
      try {
        return context.html(await make(), 200, headers);
      } catch (error) {
        if (!isDaoOptError(error)) throw error;
        const { message, hint } = error;
        const content = html`<p>${message}</p>${hint === undefined ? null : html`<p class="quiet">${hint}</p>`}`;
        const title = error instanceof NotFoundError ? "Not found" : "Cannot show this page";
        return context.html(layout(title, content), problemOf(error).status as StatusCode, pageHeaders);
      }
    };
    for (const path of ["/", "/ui", "/ui/", "/ui/prompts", promptPrefix])
      app.get(path, (context) => page(context, () => promptsPage(registry, context.req.query("q") ?? "")));
    app.get(`${promptPrefix}*`, (context) =>
      page(context, () => {
        const path = decodeURIComponent(new URL(context.req.url).pathname).slice(promptPrefix.length);
        return promptPage(registry, path, {
          ...numberOf("version", context.req.query("version")),
          ...numberOf("against", context.req.query("against")),
        });
      }),
    );
    app.get("/ui/traces", (context) =>
      page(context, () => {
        const given = Object.fromEntries(
          Object.entries(context.req.query()).filter(([name, value]) => names.has(name) && value !== ""),
        );
        return tracesPage(traces, given as TraceFilter, given);
      }),
    );
    app.get("/ui/traces/:id", (context) =>
      page(context, async () => {
        const id = context.req.param("id");
        const trace = await traces.find(id);
        if (trace === undefined) throw new NotFoundError("trace", id);
        return tracePage(trace);
      }),
    );
    app.get("/ui/runs", (context) => page(context, () => runsPage(runs)));
    app.get("/ui/runs/:id", (context) =>
      page(context, () => runPage(runs, context.req.param("id")), reportHeaders),
    );
    return app;
  },
};

/** A report brings a script, for search and export. */
const reportHeaders = { ...pageHeaders, "content-security-policy": servedReportPolicy };

/** Filters of the page, by `TraceFilter` names. */
const names = new Set(["prompt", "model", "search", "user", "environment"]);

function numberOf<Name extends string>(name: Name, text: string | undefined): { [Key in Name]?: number } {
  const value = Number(text);
  return text === undefined || !Number.isSafeInteger(value)
    ? {}
    : ({ [name]: value } as { [Key in Name]?: number });
}
