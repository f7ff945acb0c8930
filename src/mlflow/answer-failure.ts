import { isJsonObject } from "../core/data/json.ts";
import { parseExactJson } from "../formats/exact-json.ts";
import type { MlflowConnection } from "./connection.ts";
import { MlflowError, type MlflowErrorKind } from "./mlflow-error.ts";

export interface FailedResponse {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

const longestMessage = 300;

/** The error behind an answer that is no success. `place` is `MLflow at ADDRESS`, `call` is `GET /api/…`. */
export function answerFailure(
  answer: FailedResponse,
  connection: MlflowConnection,
  place: string,
  call: string,
): MlflowError {
  const { status, text } = answer;
  const { message, serverCode } = serverMessage(text);
  const kind = kindOf(status, serverCode);
  const detail = message === "" ? "" : `: ${message}`;
  return new MlflowError(`${place} answered ${status} to ${call}${detail}`, {
    kind,
    status,
    serverCode,
    hint: hintOf(kind, { answer, connection, message, serverCode }),
    retryAfterMs: retryAfterMs(answer.header("retry-after")),
  });
}

function kindOf(status: number, serverCode: string | undefined): MlflowErrorKind {
  if (status >= 300 && status < 400) return "redirect";
  if (serverCode === "RESOURCE_ALREADY_EXISTS" || serverCode === "ALREADY_EXISTS") return "conflict";
  if (serverCode === "NOT_IMPLEMENTED" || status === 501) return "unsupported";
  if (serverCode === "ENDPOINT_NOT_FOUND") return "not_mlflow";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return serverCode === undefined ? "not_mlflow" : "not_found";
  if (status === 409) return "conflict";
  if (status === 429) return "rate_limit";
  return status >= 500 || status === 408 ? "server" : "rejected";
}

interface Circumstances {
  readonly answer: FailedResponse;
  readonly connection: MlflowConnection;
  readonly message: string;
  readonly serverCode: string | undefined;
}

function hintOf(kind: MlflowErrorKind, circumstances: Circumstances): string | undefined {
  const { answer, connection, message } = circumstances;
  switch (kind) {
    case "unauthorized":
      return signInHint(circumstances);
    case "forbidden":
      if (/\bhost\b/i.test(message) && !message.includes("PERMISSION")) {
        const { host } = new URL(connection.address);
        return `start the server with \`--allowed-hosts "${host}"\`, or use an address that it allows, such as http://localhost:PORT`;
      }
      if (/\borigin\b|cross-origin|cors/i.test(message)) {
        return "start the server with `--cors-allowed-origins` set to the origin that is refused";
      }
      return connection.credentials.kind === "none"
        ? signInHint(circumstances)
        : "the user is signed in and may not do this: have the permission granted, or use another user";
    case "redirect": {
      const target = redirectTarget(answer.header("location"), connection.address);
      return `redirects are not followed; ${target}`;
    }
    case "unsupported":
      return "start the server over a database: `mlflow server --backend-store-uri sqlite:///mlflow.db`";
    case "not_mlflow":
      return "is this the address of an MLflow server, with the path it is served under? Datasets and traces need MLflow 3.4 or later";
    case "rate_limit":
      return "wait, then repeat the command";
    case "server":
      return connection.kind === "databricks"
        ? "repeat the command; if it fails again, see the status page of the workspace"
        : "repeat the command; the server's log says more";
    default:
      return undefined;
  }
}

function signInHint({ answer, connection }: Circumstances): string {
  if (connection.kind === "databricks") {
    if (connection.credentials.kind === "service_principal")
      return "the service principal signed in, but this workspace does not accept it: add it to the workspace, or check DATABRICKS_HOST";
    return "check DATABRICKS_TOKEN: it may have expired, or be of another workspace than DATABRICKS_HOST";
  }
  const names = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD";
  const wantsBasic = /^basic\b/i.test(answer.header("www-authenticate") ?? "");
  switch (connection.credentials.kind) {
    case "basic":
      return `check ${names}`;
    case "bearer":
      return wantsBasic
        ? `the server wants a user name and a password: set ${names}`
        : "check MLFLOW_TRACKING_TOKEN: it may have expired";
    default:
      return wantsBasic ? `set ${names}` : `set ${names}, or MLFLOW_TRACKING_TOKEN`;
  }
}

function redirectTarget(location: string | undefined, address: string): string {
  if (location === undefined || !URL.canParse(location, address)) return "check the address";
  const { origin, pathname } = new URL(location, address);
  return /login|sign-?in|oauth|auth/i.test(pathname)
    ? `${origin}${pathname} looks like a login page: set MLFLOW_TRACKING_TOKEN, or use an address behind it`
    : `if ${origin}${pathname} is the server, give its address as tracking.mlflow or MLFLOW_TRACKING_URI`;
}

/** The server's message in one line: MLflow's JSON, that of a web framework, a text, or the title of a page. */
export function serverMessage(text: string): { readonly message: string; readonly serverCode?: string } {
  try {
    const json = parseExactJson(text);
    if (isJsonObject(json)) {
      const { error_code: code, message, detail, error } = json;
      const found = [message, detail, error].find((one) => one !== undefined && one !== null && one !== "");
      const serverCode = typeof code === "string" && code !== "" ? code : undefined;
      const line =
        found === undefined ? (serverCode ?? "") : typeof found === "string" ? found : JSON.stringify(found);
      return { message: oneLine(line), ...(serverCode === undefined ? {} : { serverCode }) };
    }
  } catch {
    // A text or a page.
  }
  if (!/^\s*</.test(text)) return { message: oneLine(text) };
  const title = /<title[^>]*>([^<]*)</i.exec(text.slice(0, 20_000))?.[1];
  return { message: oneLine(title ?? text.slice(0, 20_000).replace(/<[^>]*>/g, " ")) };
}

function oneLine(text: string): string {
  // Control characters of a server must not steer a terminal.
  const line = text
    .slice(0, 20_000)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}
