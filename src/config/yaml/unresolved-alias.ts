import type { Alias } from "yaml";
import { nearNames } from "../../core/text/near-names.ts";
import { referenceKind, sectionsOf, type ThingKind } from "../layout.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import { dotted, type KeyPath } from "../tree.ts";
import type { AliasTargets } from "./follow-alias.ts";

/**
 * Handles an alias without an anchor before it. Published dao-ai samples contain them, so an unambiguous one is
 * resolved by name; any other is reported. Returns the key of the thing, or undefined. In a merge, a key is
 * useless; in an ignored section, any kind of thing is accepted.
 */
export function resolveByName(
  alias: Alias,
  path: KeyPath,
  place: SourcePlace,
  targets: AliasTargets,
  problems: Problems,
  use: "value" | "merge" | "ignored",
): string | undefined {
  const name = alias.source;
  const kind = use === "value" ? referenceKind(path) : undefined;
  const kinds =
    use === "ignored" ? (Object.keys(sectionsOf) as ThingKind[]) : kind === undefined ? [] : [kind];
  const holders = kinds
    .flatMap((kind) => targets.keysOf(kind).map((key) => ({ kind, key })))
    .filter(({ key }) => key === name);
  const later = targets.laterAnchor(name);
  const [only] = holders;
  if (only !== undefined && holders.length === 1) {
    const section = sectionPath(only.kind, targets, name);
    const why =
      later === undefined
        ? `*${name} has no anchor; used as the ${only.kind} of that name; add &${name} to ${section}`
        : `*${name} is before its anchor; used as the ${only.kind} of that name; move ${section} further up`;
    problems.warn(path, why, place);
    return name;
  }
  problems.reportAt(place, path, ...explain(name, kind, later !== undefined, targets));
  problems.mute(path);
  return undefined;
}

function explain(
  name: string,
  kind: ThingKind | undefined,
  isLater: boolean,
  targets: AliasTargets,
): [message: string, hint: string] {
  if (isLater)
    return [
      `alias *${name} is before its anchor &${name}`,
      kind === undefined
        ? `move the value marked &${name} above this line`
        : `move the ${kind} marked &${name} above this line, or replace the alias with its key`,
    ];
  const near = nearNames(name, [...targets.anchors, ...(kind === undefined ? [] : targets.keysOf(kind))]);
  const guess = near.length === 0 ? "" : ` (or did you mean ${near[0]}?)`;
  if (kind === undefined)
    return [
      `alias *${name} has no anchor`,
      `add &${name} to the value it stands for, above this line${guess}`,
    ];
  const other = (Object.keys(sectionsOf) as ThingKind[]).find((one) => targets.keysOf(one).includes(name));
  if (other !== undefined && other !== kind)
    return [
      `alias *${name} has no anchor, and ${name} is a ${other}, not a ${kind}`,
      `add &${name} to the ${kind} it stands for${guess}`,
    ];
  return [
    `alias *${name} has no anchor, and there is no ${kind} of that name`,
    `add &${name} to the ${kind} it stands for, under ${dotted(sectionsOf[kind][0] ?? [])}${guess}`,
  ];
}

function sectionPath(kind: ThingKind, targets: AliasTargets, name: string): string {
  return dotted([...targets.sectionOf(kind, name), name]);
}
