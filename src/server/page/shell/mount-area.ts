import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isDaoOptError, NotFoundError } from "../../../core/errors.ts";
import { html } from "../../../report/html.ts";
import { keyOfHeaders } from "../../admission/check-key.ts";
import { problemOf } from "../../problem.ts";
import type { RouteApp, RouteEnv } from "../../route-group.ts";
import { plainCommandStyle, type ServerServices } from "../../server-services.ts";
import { actionField, tokenField } from "./change-form.ts";
import { parseFormFields } from "./form-fields.ts";
import { layout, type NavigationEntry } from "./layout.ts";
import { errorNote } from "./notes.ts";
import type { PageArea, PageContent, PageRequest, PageRoute, RefusedForm } from "./page-area.ts";
import { pageHeaders } from "./page-headers.ts";
import { type PageSession, setFlash, takeFlash } from "./page-session.ts";

/** What all pages of a server share. */
export interface PageShell {
  readonly navigation: readonly NavigationEntry[];
  readonly services: ServerServices;
  readonly session: PageSession;
}

/** Adds the pages of an area to an app: GET shows a page, POST runs the action of one of its forms and redirects. */
export function mountArea(app: RouteApp, area: PageArea, shell: PageShell): void {
  for (const route of area.pages(shell.services)) {
    app.get(route.path, (context) => showPage(context, route, area.name, shell));
    if (route.actions !== undefined)
      app.post(route.path, (context) => takeForm(context, route, area.name, shell));
  }
}

async function showPage(
  context: Context<RouteEnv>,
  route: Pick<PageRoute, "show">,
  current: string | undefined,
  { navigation, services, session }: PageShell,
  refused?: RefusedForm,
): Promise<Response> {
  const request = requestOf(context, services, session, refused);
  const shown = await contentOf(route, request);
  if (shown instanceof Response) {
    if (context.env.incoming.method !== "HEAD") return shown;
    // Nobody reads the body, which may hold files open, or never end.
    await shown.body?.cancel();
    return new Response(null, shown);
  }
  const status = refused?.status ?? shown.status ?? 200;
  const flash = context.req.header("hx-request") === undefined ? takeFlash(context) : undefined;
  const markup = layout(shown, { navigation, current, flash, request });
  return context.html(markup, status as ContentfulStatusCode, pageHeaders);
}

/** Shows that there is no page at an address. */
export function showMissing(context: Context<RouteEnv>, shell: PageShell): Promise<Response> {
  const { path } = context.req;
  const show = async () => {
    throw new NotFoundError("page", decodeURIComponent(path));
  };
  return showPage(context, { show }, undefined, shell);
}

async function contentOf(
  { show }: Pick<PageRoute, "show">,
  request: PageRequest,
): Promise<PageContent | Response> {
  try {
    return await show(request);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    const title = error instanceof NotFoundError ? "Not found" : "Cannot show this page";
    return { title, content: errorNote(error.message, error.hint), status: problemOf(error).status };
  }
}

async function takeForm(
  context: Context<RouteEnv>,
  route: PageRoute,
  current: string,
  shell: PageShell,
): Promise<Response> {
  const fields = parseFormFields(await context.req.text());
  const action = fields.get(actionField);
  const refuse = (refused: Omit<RefusedForm, "action" | "fields">) =>
    showPage(context, route, current, shell, { ...refused, action, fields });
  const forgery = shell.session.forgeryOf(context, fields.get(tokenField));
  if (forgery === "foreign") return refuseForeign(context, current, shell);
  if (forgery === "stale") {
    const message = "nothing was changed: the form is from before the server started, or cookies are blocked";
    return refuse({ status: 403, message, hint: "send it again" });
  }
  const perform = Object.hasOwn(route.actions ?? {}, action) ? route.actions?.[action] : undefined;
  if (perform === undefined)
    return refuse({ status: 400, message: `this page has no form named "${action.slice(0, 100)}"` });
  try {
    const { to, message } = await perform(fields, requestOf(context, shell.services, shell.session));
    if (message !== "") setFlash(context, { message, isDone: true });
    return context.body(null, 303, { ...pageHeaders, location: to });
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return refuse({ status: problemOf(error).status, message: error.message, hint: error.hint });
  }
}

/** Shows nothing that was sent: another site chose it. */
function refuseForeign(context: Context<RouteEnv>, current: string, shell: PageShell): Promise<Response> {
  const show = async () => ({
    title: "Refused",
    content: html`${errorNote("the form was sent by another site; nothing was changed")}`,
    status: 403,
  });
  return showPage(context, { show }, current, shell);
}

function requestOf(
  context: Context<RouteEnv>,
  { keyring, commands }: ServerServices,
  session: PageSession,
  refused?: RefusedForm,
): PageRequest {
  const url = new URL(context.req.url);
  const key = keyOfHeaders(context.env.incoming.headers);
  return {
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    param: (name) => context.req.param(name) ?? "",
    canWrite: keyring.check(key, "write") === undefined,
    token: session.tokenOf(context),
    commands: commands ?? plainCommandStyle,
    ...(refused === undefined ? {} : { refused }),
    context,
  };
}
