import { compatibleProviders } from "./compatible-providers.ts";
import { type NativeProvider, nativeProviders } from "./native-providers.ts";
import type { KnownProvider } from "./provider.ts";

const compatible: Readonly<Record<string, KnownProvider>> = compatibleProviders;
const native: Readonly<Record<string, NativeProvider>> = nativeProviders;

/** Every provider that is called over the network, by name. */
export const knownProviders: Readonly<Record<string, KnownProvider>> = { ...compatible, ...native };

/** What is known of a native provider; undefined for every other name. */
export function nativeProvider(name: string): NativeProvider | undefined {
  return Object.hasOwn(native, name) ? native[name] : undefined;
}

/** What is known of an OpenAI-compatible provider; undefined for every other name. */
export function compatibleProvider(name: string): KnownProvider | undefined {
  return Object.hasOwn(compatible, name) ? compatible[name] : undefined;
}
