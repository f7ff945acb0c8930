import type { ModelSecrets, ModelSpec } from "../../../contracts/model-spec.ts";
import type { PromptModel } from "../../../contracts/prompt-model.ts";
import type { Price } from "../../../core/usage.ts";

const mostModels = 100;
const opened = new WeakMap<object, Map<string, Promise<PromptModel>>>();

type Opener = (spec: CallModel["spec"], secrets: CallModel["secrets"]) => Promise<PromptModel>;

/**
 * Opens the model of a call. A model with the environment's own key is kept for the next call, for making its
 * client takes longer than all else that is done for one; a key that came with a call goes when the call does.
 */
export function openCallModel(
  open: Opener,
  { spec, secrets }: CallModel,
  hasOwnKey: boolean,
): Promise<PromptModel> {
  if (hasOwnKey) return open(spec, secrets);
  const models = opened.get(open) ?? new Map<string, Promise<PromptModel>>();
  opened.set(open, models);
  const headers = Object.entries(secrets.headers).map(([name, secret]) => [name, secret.reveal()]);
  const key = JSON.stringify([spec, secrets.apiKey?.reveal(), headers]);
  const known = getOrCreate(models, mostModels, key, () => open(spec, secrets));
  // One that could not be opened is tried again by the next call.
  known.catch(() => models.delete(key));
  return known;
}

/** What is needed to open the model of a version. */
export interface CallModel {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  /** Is it in the list of prices that ships? */
  readonly isPriced: boolean;
  /** Is it a config's? Its errors then name the place there. */
  readonly isOfConfig?: boolean;
  /** The config's own price, which goes before the list's. */
  readonly price?: Price;
  /** What the caller should know of the choice. */
  readonly note?: string;
}

/** What the map holds under the key, made when it is not there; the oldest goes when the map is full. */
function getOrCreate<Value>(map: Map<string, Value>, most: number, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, made);
  return made;
}
