import { type Detector, matchSpans, mergeSpans } from "../span.ts";
import { addressPatterns, announcedAddress, hastyAddress } from "./address-patterns.ts";

const announced =
  /\b(?:address|live[sd]? (?:at|on)|living (?:at|on)|lives? in|resid(?:es?|ing) (?:at|on)|ship(?:ped)?(?: it)? to|deliver(?:ed)?(?: it)? to|send (?:[a-z]{1,12} ){0,3}to|located at|moved to|home is|house (?:at|on)|adresse|dirección|indirizzo|endereço)[:\s][^\d\n]{0,20}$/i;
const numbered =
  /\b(?:chapter|section|page|figure|table|episode|season|volume|vol\.|track|part|level|verse)\s$/i;

/** Street addresses of a dozen countries. */
export const findStreetAddresses: Detector = (text, hint) => {
  if (!/\d/.test(text)) return [];
  const before = (index: number) => text.slice(Math.max(0, index - 40), index);
  return mergeSpans([
    ...addressPatterns.flatMap((pattern) =>
      matchSpans(text, pattern, ({ index }) => !numbered.test(before(index))),
    ),
    ...matchSpans(text, announcedAddress, ({ index }) => hint === "address" || announced.test(before(index))),
    ...matchSpans(text, hastyAddress, ({ index }) => hint === "address" || announced.test(before(index))),
  ]);
};
