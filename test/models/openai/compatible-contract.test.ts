import { compatibleProviders } from "../../../src/core/provider/compatible-providers.ts";
import type { KnownProvider } from "../../../src/core/provider/provider.ts";
import { describeCompatibleProvider } from "../../suites/compatible-provider.ts";
import { openaiError } from "../../support/quirks/wire-shapes.ts";

const table: Readonly<Record<string, KnownProvider>> = compatibleProviders;

for (const [name, known] of Object.entries(table)) {
  describeCompatibleProvider(name, known, (member) =>
    openaiError(400, `property '${member}' is unsupported`, { type: "invalid_request_error" }),
  );
}
