import type { PromptModel } from "../../../contracts/prompt-model.ts";
import { getOrCreate } from "../remember.ts";
import type { CallModel } from "./call-model.ts";

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
