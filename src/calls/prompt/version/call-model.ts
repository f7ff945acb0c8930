import type { ModelSecrets, ModelSpec } from "../../../contracts/model-spec.ts";
import type { Price } from "../../../core/usage.ts";

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
