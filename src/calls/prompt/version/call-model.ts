import type { ModelSecrets, ModelSpec } from "../../../contracts/model-spec.ts";
import type { PromptModel } from "../../../contracts/prompt-model.ts";
import type { Price } from "../../../core/usage.ts";
import { credentialsKey } from "../../../models/secret-mask.ts";

const mostModels = 100;
const opened = new WeakMap<object, Map<string, Promise<PromptModel>>>();

type Opener = (spec: CallModel["spec"], secrets: CallModel["secrets"]) => Promise<PromptModel>;

/**
 * Opens the model of a call. A model with a key from the environment is cached for the next call, because
 * creating its client takes longer than the rest of a call; a model with a key from the call is not.
 */
export function openCallModel(
  open: Opener,
  { spec, secrets }: CallModel,
  hasOwnKey: boolean,
): Promise<PromptModel> {
  if (hasOwnKey) return open(spec, secrets);
  const models = opened.get(open) ?? new Map<string, Promise<PromptModel>>();
  opened.set(open, models);
  const key = JSON.stringify([spec, credentialsKey(secrets)]);
  const known = getOrCreate(models, mostModels, key, () => open(spec, secrets));
  // The next call retries a model that could not be opened.
  known.catch(() => models.delete(key));
  return known;
}

/** What is needed to open a version's model. */
export interface CallModel {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  /** Whether the built-in price list applies. */
  readonly isPriced: boolean;
  /** Whether the model is from a config. Its errors then name the place there. */
  readonly isOfConfig?: boolean;
  /** The config's own price, which takes precedence over the list. */
  readonly price?: Price;
  /** A note on the choice for the caller. */
  readonly note?: string;
}

/** The map's value for the key, created if missing; the oldest is removed when the map is full. */
function getOrCreate<Value>(map: Map<string, Value>, most: number, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, made);
  return made;
}
