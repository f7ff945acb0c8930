import type { Context } from "hono";
import type { Html } from "../../../report/html.ts";
import type { RouteEnv } from "../../route-group.ts";
import type { CommandStyle, ServerServices } from "../../server-services.ts";
import type { FormFields } from "./form-fields.ts";

/** An entry of the navigation, with the pages below its address. */
export interface PageArea {
  readonly name: string;
  /** The address of its first page: `/ui/prompts`. */
  readonly address: string;
  readonly pages: (services: ServerServices) => readonly PageRoute[];
}

/** One page: what it shows, and what its forms do. */
export interface PageRoute {
  /** A path of the framework: `/ui/runs/:id`; the last part may be `*`. */
  readonly path: string;
  /** Rejects with a DaoOptError, which becomes an error page. A Response is sent as it is: files and event streams. */
  readonly show: (request: PageRequest) => Promise<PageContent | Response>;
  /** By the name that `changeForm` was given. */
  readonly actions?: Readonly<Record<string, PageAction>>;
}

/**
 * Makes a change. It runs only after the key, the origin and the token of the form are checked. A DaoOptError shows
 * the page again, with its message in the form and with everything that was typed.
 */
export type PageAction = (fields: FormFields, request: PageRequest) => Promise<PageDone>;

/** Where a change leads, and the sentence that is shown there once; empty if the page itself shows it. */
export interface PageDone {
  /** An address of this server: `/ui/…`. */
  readonly to: string;
  readonly message: string;
}

export interface PageRequest {
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The value of `:name` in the path, decoded. */
  readonly param: (name: string) => string;
  /** False with a read-only key: forms are then absent. */
  readonly canWrite: boolean;
  /** Proves to the server that a form is its own. */
  readonly token: string;
  readonly commands: CommandStyle;
  /** The form that was just refused. */
  readonly refused?: RefusedForm;
  /** For what only files and event streams need. */
  readonly context: Context<RouteEnv>;
}

export interface RefusedForm {
  readonly action: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly status: number;
  readonly fields: FormFields;
}

export interface PageContent {
  readonly title: string;
  /** The title with markup, for the page itself. */
  readonly heading?: Html | string;
  /** Addresses of scripts that only this page needs. */
  readonly scripts?: readonly string[];
  /** Links to the pages above. */
  readonly crumbs?: Html;
  /** The line under the title. */
  readonly meta?: Html;
  /** Buttons and links at the right of the title. */
  readonly tools?: Html | null;
  readonly content: Html;
  /** Default: 200. */
  readonly status?: number;
}
