import { isTypoOf } from "../core/text/near-names.ts";
import type { Problems } from "./problems.ts";
import { insteadOfProvider, isDatabricksName, providerNamed, providers } from "./providers.ts";
import { modelSchema, type WrittenModel } from "./schema/model.ts";
import { dotted, type KeyPath } from "./tree.ts";

const modelUri = /^([a-z][a-z0-9_-]*):\/+(.+)$/i;

/** Text that names a model, and what it stands for. */
type ImpliedModel = { readonly model: WrittenModel } | { readonly unknownProvider: string };

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
function impliedModel(
  text: string,
  declared: readonly DeclaredModel[],
  owner?: DeclaredModel,
): ImpliedModel | undefined {
  const settings = { temperature: owner?.written.temperature, max_tokens: owner?.written.max_tokens };
  const [, provider, name] = modelUri.exec(text) ?? [];
  if (provider !== undefined && name !== undefined) {
    const known = providerNamed(provider.toLowerCase());
    if (!Object.hasOwn(providers, known)) return { unknownProvider: provider };
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
      ...(isDatabricksName(text) && owner?.written.base_url === undefined ? { provider: "databricks" } : {}),
    }),
  };
}

interface ImpliedModelContext {
  /** Without those that a text implied. */
  readonly declared: readonly DeclaredModel[];
  /** Models with the text as their name, but with different settings. */
  readonly named: readonly { readonly path: KeyPath }[];
  readonly owner: DeclaredModel | undefined;
}

/** Like `impliedModel`; warns of an endpoint that the config does not declare, and reports a provider without a client. */
export function impliedModelAt(
  text: string,
  path: KeyPath,
  { declared, named, owner }: ImpliedModelContext,
  problems: Problems,
): WrittenModel | undefined {
  const implied = impliedModel(text, declared, owner);
  if (implied === undefined) return undefined;
  if ("unknownProvider" in implied) {
    const { unknownProvider } = implied;
    const hint = insteadOfProvider(unknownProvider);
    // A text of another kind is no URI of a model: its own mistake is reported.
    if (hint === undefined) return undefined;
    problems.report(
      path,
      `there is no client for provider ${unknownProvider} of ${JSON.stringify(text)}`,
      hint,
    );
    problems.mute(path);
    return undefined;
  }
  const { name, provider } = implied.model;
  // A URI names the provider itself.
  if (name !== text) return implied.model;
  const reason =
    named.length === 0
      ? `no model of the config is named ${JSON.stringify(text)}`
      : `${JSON.stringify(text)} names ${named.map((one) => dotted(one.path)).join(" and ")}, which differ`;
  const settings = owner === undefined ? "" : ` with the settings of ${owner.key}`;
  problems.warn(path, `${reason}; it is used as model ${name} of provider ${provider}${settings}`);
  return implied.model;
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
