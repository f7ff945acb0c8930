import * as sdk from "openai";
import { checkSdk, sdkVersion } from "./check-sdk.ts";

checkSdk(sdk, sdkVersion(resolved()));

function resolved(): string {
  try {
    return import.meta.resolve("openai");
  } catch {
    return "";
  }
}

/** The `openai` package, once it is known to be one that this client can work with. */
export { sdk };
