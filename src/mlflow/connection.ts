import { Secret } from "../core/text/secret.ts";
import { MlflowError } from "./mlflow-error.ts";

export type MlflowCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly username: string; readonly password: Secret }
  | { readonly kind: "bearer"; readonly token: Secret }
  /** Signs in by OAuth; see databricksTokens. */
  | { readonly kind: "service_principal"; readonly clientId: string; readonly clientSecret: Secret };

/** Where MLflow is, and how to sign in there. */
export interface MlflowConnection {
  readonly kind: "mlflow" | "databricks";
  /** Without credentials and without a slash at its end. */
  readonly address: string;
  readonly credentials: MlflowCredentials;
}

export interface MlflowSettings {
  /** `tracking.mlflow` of the config: an address, or `databricks`. Absent: MLFLOW_TRACKING_URI. */
  readonly uri?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly token?: Secret | undefined;
}

/** The server for prompts in a config: that of `registry.mlflow`, else of `tracking`; undefined: the environment's. */
export function promptServerUri(config: {
  readonly registryMlflow?: true | string;
  readonly tracking?: { readonly mlflow: string };
}): string | undefined {
  const { registryMlflow, tracking } = config;
  return typeof registryMlflow === "string" ? registryMlflow : tracking?.mlflow;
}

type Environment = Readonly<Record<string, string | undefined>>;

const databricksHost = /\.(?:cloud\.databricks\.com|azuredatabricks\.net|gcp\.databricks\.com)$/i;
const exampleAddress = "http://127.0.0.1:5000";

/**
 * Address and credentials out of the settings, then the variables MLflow's own client reads. Throws MlflowError
 * for an address that is missing or of another kind, and for a Databricks workspace without credentials.
 */
export function resolveMlflowConnection(settings: MlflowSettings, env: Environment): MlflowConnection {
  const uri = given(settings.uri) ?? given(env["MLFLOW_TRACKING_URI"]);
  if (uri === undefined) {
    throw unconfigured("no address of an MLflow server is given", {
      hint: `set tracking.mlflow in the config, or MLFLOW_TRACKING_URI, to an address such as ${exampleAddress}`,
    });
  }
  if (/^databricks(-uc)?$/i.test(uri)) return databricksConnection(settings, env);
  if (/^databricks(-uc)?:\/\//i.test(uri)) {
    throw unconfigured("profiles of ~/.databrickscfg are not read", {
      hint: "use the URI databricks, with DATABRICKS_HOST and DATABRICKS_TOKEN set",
    });
  }
  const url = addressUrl(uri);
  const address = shownAddress(url);
  const workspace = given(env["DATABRICKS_HOST"]);
  const isOwnWorkspace = workspace !== undefined && hostOf(workspace) === url.host;
  const kind = isOwnWorkspace || databricksHost.test(url.hostname) ? "databricks" : "mlflow";
  const own = credentialsOf(settings, env, url);
  if (kind === "mlflow" || own.kind !== "none") return { kind, address, credentials: own };
  // Credentials go to their own workspace only.
  const credentials = isOwnWorkspace ? workspaceCredentials(env) : undefined;
  if (credentials === undefined) throw withoutToken(address);
  return { kind, address, credentials };
}

/** A token wins over a service principal, as for models. */
function workspaceCredentials(env: Environment): MlflowCredentials | undefined {
  const token = given(env["DATABRICKS_TOKEN"]);
  if (token !== undefined) return { kind: "bearer", token: new Secret(headerText(token)) };
  const clientId = given(env["DATABRICKS_CLIENT_ID"]);
  const secret = given(env["DATABRICKS_CLIENT_SECRET"]);
  if (clientId === undefined || secret === undefined) return undefined;
  return { kind: "service_principal", clientId, clientSecret: new Secret(secret) };
}

function databricksConnection({ token }: MlflowSettings, env: Environment): MlflowConnection {
  const host = given(env["DATABRICKS_HOST"]);
  if (host === undefined) {
    throw unconfigured("the MLflow URI is databricks, and DATABRICKS_HOST is not set", {
      hint: "set DATABRICKS_HOST to the address of the workspace, and DATABRICKS_TOKEN",
    });
  }
  const address = shownAddress(addressUrl(/^https?:\/\//i.test(host) ? host : `https://${host}`));
  const own = given(token?.reveal());
  const credentials: MlflowCredentials | undefined =
    own === undefined ? workspaceCredentials(env) : { kind: "bearer", token: new Secret(headerText(own)) };
  if (credentials === undefined) throw withoutToken(address);
  return { kind: "databricks", address, credentials };
}

/** User and password win over a token, as in MLflow's own client; those of the address win over all. */
function credentialsOf(settings: MlflowSettings, env: Environment, url: URL): MlflowCredentials {
  const username =
    given(decoded(url.username)) ?? given(settings.username) ?? given(env["MLFLOW_TRACKING_USERNAME"]);
  const password =
    given(decoded(url.password)) ??
    given(settings.password?.reveal()) ??
    given(env["MLFLOW_TRACKING_PASSWORD"]);
  if (username !== undefined && password !== undefined) {
    return { kind: "basic", username, password: new Secret(password) };
  }
  const token = given(settings.token?.reveal()) ?? given(env["MLFLOW_TRACKING_TOKEN"]);
  if (token !== undefined) return { kind: "bearer", token: new Secret(headerText(token)) };
  if (username !== undefined || password !== undefined) {
    throw unconfigured(
      username === undefined
        ? "an MLflow password without a user name"
        : "an MLflow user name without a password",
      { hint: "set both MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" },
    );
  }
  return { kind: "none" };
}

function addressUrl(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  const scheme = /^([a-z][a-z0-9+]*):/i.exec(uri)?.[1];
  const shown = scheme === undefined ? "a path or a host without a scheme" : `a ${scheme}: URI`;
  throw unconfigured(`the MLflow URI is ${shown}, not the address of a server`, {
    hint: `start \`mlflow server --backend-store-uri …\` over that store, and give its address, such as ${exampleAddress}`,
  });
}

function shownAddress(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function hostOf(host: string): string | undefined {
  const url = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** A header refuses other characters, with an error that shows the value. */
function headerText(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw unconfigured("the MLflow token holds a space, a line break or a character beyond ASCII", {
    hint: "check MLFLOW_TRACKING_TOKEN or DATABRICKS_TOKEN: it is one word",
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}

function withoutToken(address: string): MlflowError {
  return unconfigured(`no token for Databricks at ${address}`, {
    hint: "set DATABRICKS_HOST to this workspace, and DATABRICKS_TOKEN to a personal access token of it, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET to those of a service principal",
  });
}

function unconfigured(message: string, details: { readonly hint: string }): MlflowError {
  return new MlflowError(message, { kind: "unconfigured", ...details });
}
