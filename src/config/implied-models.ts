import { isTypoOf } from "../core/text/near-names.ts";
import { modelSchema, type WrittenModel } from "./schema/model.ts";

const modelUri = /^([a-z][a-z0-9_-]*):\/+(.+)$/i;

/** Text that names a model, and what it stands for. */
export type ImpliedModel = { readonly model: WrittenModel } | { readonly unknownProvider: string };

interface DeclaredModel {
  readonly key: string;
  readonly written: WrittenModel;
}

/**
 * The model that a text names although the config does not declare it: `openai:/gpt-5` by provider and name, any other
 * text an endpoint of that name, as dao-ai reads it. Undefined if the text is likely a typo of a declared key or name.
 *
 * As in dao-ai, a fallback given as text has the temperature and token limit of its `owner`, and is an endpoint of the
 * same server.
 */
export function impliedModel(
  text: string,
  declared: readonly DeclaredModel[],
  providers: readonly string[],
  owner?: DeclaredModel,
): ImpliedModel | undefined {
  const settings = { temperature: owner?.written.temperature, max_tokens: owner?.written.max_tokens };
  const [, provider, name] = modelUri.exec(text) ?? [];
  if (provider !== undefined && name !== undefined) {
    const known = provider === "mock" ? "offline" : provider.toLowerCase();
    if (!providers.includes(known)) return { unknownProvider: provider };
    return { model: modelOf({ ...settings, name, provider: known }) };
  }
  const known = declared.flatMap(({ key, written }) => [key, written.name]);
  if (!known.includes(text) && known.some((one) => isTypoOf(text, one))) return undefined;
  const used = new Set(declared.map(({ written }) => written.provider));
  const [only, ...others] = used;
  return {
    model: modelOf({
      ...(owner === undefined
        ? { provider: others.length === 0 ? only : undefined }
        : { ...settings, ...serverOf(owner.written) }),
      name: text,
      ...(text.startsWith("databricks-") && owner?.written.base_url === undefined
        ? { provider: "databricks" }
        : {}),
    }),
  };
}

/** Where a model's endpoint is and what it takes to use it. */
function serverOf(written: WrittenModel): Partial<WrittenModel> {
  const { provider, base_url, workspace_host, api_version, headers } = written;
  const { api_key, pat, client_id, client_secret, service_principal, azure_ad_token } = written;
  return {
    ...{ provider, base_url, workspace_host, api_version, headers },
    ...{ api_key, pat, client_id, client_secret, service_principal, azure_ad_token },
  };
}

function modelOf(fields: Readonly<Record<string, unknown>>): WrittenModel {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return modelSchema.parse(Object.fromEntries(given));
}
