import type { ModelSecrets } from "../contracts/model-spec.ts";
import { defined } from "../core/defined.ts";
import { Secret } from "../core/text/secret.ts";
import { nativeSettings } from "./native-settings.ts";
import { environmentKey } from "./providers.ts";
import type { WrittenModel } from "./schema/model.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

/** The fields of a model that hold credentials or the place where they are valid. */
type WrittenCredentials = Partial<
  Pick<
    WrittenModel,
    | "api_key"
    | "pat"
    | "client_id"
    | "client_secret"
    | "service_principal"
    | "workspace_host"
    | "azure_ad_token"
    | "headers"
  >
>;

type Credentials = Omit<ModelSecrets, "headers">;

/**
 * What a model signs in with: at most one kind. What the config sets wins over the environment; there, a key wins over
 * other credentials.
 */
export function credentialsOf(
  provider: string,
  written: WrittenCredentials,
  env: EnvironmentVariables,
): Credentials {
  const own = { provider, written, env };
  const { secrets: settings } = nativeSettings(provider, env);
  const credentials = fromConfig(own) ?? (hasOwnHeader(own) ? {} : fromEnvironment(own));
  return settings === undefined ? credentials : { ...credentials, settings };
}

interface Sources {
  readonly provider: string;
  readonly written: WrittenCredentials;
  readonly env: EnvironmentVariables;
}

function fromConfig({ provider, written, env }: Sources): Credentials | undefined {
  if (provider === "databricks") {
    const id = servicePrincipalField(written, "client_id");
    const secret = servicePrincipalField(written, "client_secret");
    // dao-ai's configs may hold one half, and the environment the other.
    const found =
      id === undefined && secret === undefined
        ? undefined
        : servicePrincipal(id ?? env.DATABRICKS_CLIENT_ID, secret ?? env.DATABRICKS_CLIENT_SECRET, {
            written,
            env,
          });
    if (found !== undefined) return found;
  }
  const key = given(written.api_key) ?? (provider === "databricks" ? given(written.pat) : undefined);
  if (key !== undefined) return { apiKey: new Secret(key) };
  const token = provider === "azure" ? given(written.azure_ad_token) : undefined;
  return token === undefined ? undefined : { entraToken: new Secret(token) };
}

function fromEnvironment({ provider, written, env }: Sources): Credentials {
  const key = environmentKey(provider, env);
  if (key !== undefined) return { apiKey: new Secret(key) };
  if (provider === "databricks")
    return servicePrincipal(env.DATABRICKS_CLIENT_ID, env.DATABRICKS_CLIENT_SECRET, { written, env }) ?? {};
  const token = provider === "azure" ? given(env.AZURE_OPENAI_AD_TOKEN) : undefined;
  return token === undefined ? {} : { entraToken: new Secret(token) };
}

/** A header of the config that authorizes requests; a key of the environment is then not sent beside it. */
function hasOwnHeader({ written }: Sources): boolean {
  return Object.keys(written.headers ?? {}).some((name) =>
    /^(authorization|api-key|x-api-key|x-goog-api-key)$/i.test(name),
  );
}

/** A field of the model, else of its `service_principal`, as in dao-ai. */
export function servicePrincipalField(
  written: WrittenCredentials,
  field: "client_id" | "client_secret",
): string | undefined {
  return given(written[field]) ?? given(written.service_principal?.[field]);
}

function servicePrincipal(
  clientId: string | undefined,
  clientSecret: string | undefined,
  { written, env }: Pick<Sources, "written" | "env">,
): Credentials | undefined {
  const [id, secret] = [given(clientId), given(clientSecret)];
  if (id === undefined || secret === undefined) return undefined;
  const host = given(written.workspace_host) ?? given(env.DATABRICKS_HOST);
  const workspace = host === undefined ? undefined : workspaceUrl(host);
  return { servicePrincipal: defined({ clientId: id, clientSecret: new Secret(secret), workspace }) };
}

/** Databricks takes a host with and without scheme; undefined if it is no address. */
function workspaceUrl(host: string): string | undefined {
  const url = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  return URL.canParse(url) ? url : undefined;
}

/** `${env:NAME:-}` gives an empty text if NAME is not set; files of secrets often end in a line break. */
function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}
