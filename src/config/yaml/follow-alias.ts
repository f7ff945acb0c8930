import type { Alias, Node } from "yaml";
import type { KeyPath } from "../key-path.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import type { AliasTargets } from "./alias-targets.ts";

const mostExpansions = 100;
const mostExpandedValues = 100_000;

/** How deep we are: in levels, in aliases, and which nodes we are inside of. */
export interface Descent {
  readonly depth: number;
  readonly open: ReadonlySet<Node>;
  /** Aliases followed so far on behalf of the outermost one; absent outside of any alias. */
  readonly chain?: { expansions: number; isRefused?: boolean };
}

export const topLevel: Descent = { depth: 0, open: new Set() };

export function enter(node: Node, descent: Descent): Descent {
  return { ...descent, depth: descent.depth + 1, open: new Set(descent.open).add(node) };
}

/** Follows aliases to what they stand for, within the limits that keep a small file small. */
export interface AliasFollower {
  /** Undefined when the alias leads nowhere, or too far; the latter has been reported. */
  follow(alias: Alias, path: KeyPath, descent: Descent): { node: Node; descent: Descent } | undefined;
  /** To be told of every value that an alias brings. */
  countExpanded(): void;
}

export function createAliasFollower(
  targets: AliasTargets,
  placeOf: (node: unknown) => SourcePlace,
  problems: Problems,
): AliasFollower {
  let expandedValues = 0;
  return {
    countExpanded: () => {
      expandedValues++;
    },
    follow(alias, path, descent) {
      const refuse = (message: string, hint: string) => {
        problems.reportAt(placeOf(alias), path, message, hint);
        problems.mute(path);
        return undefined;
      };
      const node = targets.targetOf(alias);
      if (node === undefined) return undefined;
      if (descent.open.has(node))
        return refuse(`alias *${alias.source} stands inside of what it means`, "remove it");
      const chain = descent.chain ?? { expansions: 0 };
      chain.expansions++;
      const limit = limitPassed(chain.expansions, expandedValues);
      // Once is enough: whatever else the same alias would bring is cut off without a word.
      if (limit !== undefined && chain.isRefused !== true)
        refuse(`alias *${alias.source} expands to too much`, limit);
      chain.isRefused = limit !== undefined;
      if (limit !== undefined) return undefined;
      return { node, descent: { ...descent, chain } };
    },
  };
}

function limitPassed(expansions: number, expandedValues: number): string | undefined {
  if (expansions > mostExpansions) return `one alias may lead to ${mostExpansions} others at most`;
  if (expandedValues <= mostExpandedValues) return undefined;
  return `all aliases together may bring ${mostExpandedValues} values at most`;
}
