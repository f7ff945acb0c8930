import { z } from "zod";
import type { ModelPlugin } from "../../contracts/plugin.ts";
import type { NativeProvider } from "../../core/provider/native-providers.ts";
import { defineModel } from "../../plugins/define.ts";
import { createRouteModel } from "../openai/route-model.ts";
import { nativeRoute } from "./native-route.ts";

/** Settings of the provider's package, in snake case or as the package names them. */
const settings = z.record(z.string(), z.json());

/** The plugin of a provider that is reached through a package of the AI SDK. */
export function nativePlugin(name: string, { summary }: NativeProvider): ModelPlugin {
  return defineModel({
    ...{ name, summary },
    options: settings,
    create: (_, services) =>
      createRouteModel(
        nativeRoute(services.spec, services.warn === undefined ? {} : { warn: services.warn }),
        services,
      ),
  });
}
