import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { type Detector, mergeSpans, type Span } from "../span.ts";

/** Countries whose national notation (without `+`) is recognized, most common first. */
const countries: readonly CountryCode[] = [
  ...([
    "US",
    "GB",
    "DE",
    "FR",
    "ES",
    "IT",
    "IN",
    "CN",
    "JP",
    "BR",
    "RU",
    "MX",
    "AU",
    "NL",
    "CH",
    "AT",
  ] as const),
  ...([
    "BE",
    "SE",
    "PL",
    "PT",
    "KR",
    "TR",
    "ZA",
    "NG",
    "IE",
    "NZ",
    "ID",
    "AR",
    "IL",
    "KE",
    "EG",
    "GR",
  ] as const),
  ...(["NO", "DK", "FI", "UA", "PK", "PH", "VN", "TH", "MY", "SG", "CO", "CL"] as const),
];
const candidate =
  /(?<![\p{L}\p{N}_.,$€£#%&=-]|[\p{N}] ?[/:])(?:\+|00(?=[1-9]))?\(?\d(?:[ ()./-]{0,3}\d){5,17}(?![\p{L}\p{N}_]|[.,:]\d|-\p{L})/gu;
const afterTag = /(?:tel|sms|callto|phone|mobile|mob|cell|fax|whatsapp|number)[=:]$/i;
const extension = /^,? {0,2}(?:ext(?:ension)?\.?|x|durchwahl|dw|poste|#) {0,2}\d{1,6}(?!\d)/i;
const northAmerican = /^(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}$/;
const strictNorthAmerican = /^(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}$/;
const phonePhrase =
  /(?:\b(?:phones?|tel|telephone|telefon|telefono|teléfonos?|telefone|téléphone|tél|tlf|cell(?:ular|ulare|phone)?|mobile?|mobiel|mob|móvil|movil|handy|festnetz|portable|fixe|celular|fax|whatsapp|signal|sms|text me|call(?: me| us| him| her)?|ring|dial|reach(?: me| us)?|hotline|landline|contact number|my number|number is|llám[ae]\p{L}*|appele[rz]|rufen?|anrufen|numéro|rufnummer|voicemail|pager)|电话|手机|電話|携帯|전화|тел|телефон|هاتف)[^\d\n]{0,24}$/iu;
const otherwise =
  /\b(?:isbn|issn|sku|order|invoice|lot|batch|part|item|tracking|serial|ref(?:erence)?|account|acct|po|ticket|case|version|model|product|code|id|ean|upc|iban|vin|seat|flight|rows?|population|coordinates?|lat|lon|range|score|ratio|page|pages|line|epoch|timestamp|snowflake|units?)\b[^\d\n]{0,12}$/i;

/** Phone numbers in the notations of many countries, validated by libphonenumber. */
export const findPhoneNumbers: Detector = (text, hint) => {
  const spans: Span[] = [];
  for (const { 0: written, index } of [...text.matchAll(candidate), ...taggedCandidates(text)]) {
    const length = phoneLength(written, text.slice(Math.max(0, index - 48), index), hint === "phone");
    if (length === 0) continue;
    const end = index + length;
    spans.push({ start: index, end: end + (extension.exec(text.slice(end, end + 24))?.[0].length ?? 0) });
  }
  return mergeSpans(spans);
};

/** `phone=4155552671`: the main pattern rejects numbers after `=`. */
function taggedCandidates(text: string): readonly RegExpExecArray[] {
  if (!text.includes("=")) return [];
  return [...text.matchAll(/(?<==)\+?\d(?:[ ()./-]{0,3}\d){5,17}(?![\p{L}\p{N}_])/gu)].filter(({ index }) =>
    afterTag.test(text.slice(Math.max(0, index - 16), index)),
  );
}

/** Length of the phone number at the start of the candidate; 0 if there is none. */
function phoneLength(written: string, before: string, isNamed: boolean): number {
  if (!written.startsWith("+"))
    return longest(written, (part, digits) => isPhone(part, digits, before, isNamed));
  return (
    longest(written, (part) => international(part)?.isValid() === true) ||
    longest(written, (part) => international(part)?.isPossible() === true) ||
    (isForeign(written) ? written.length : 0)
  );
}

/** The longest accepted prefix that ends between two groups. */
function longest(written: string, accept: (part: string, digits: string) => boolean): number {
  for (let length = written.length; length > 0; length = lastGap(written.slice(0, length))) {
    const part = written.slice(0, length);
    const digits = part.replace(/\D/g, "");
    if (digits.length < 6) return 0;
    if (digits.length <= 15 && isBalanced(part) && accept(part, digits)) return length;
  }
  return 0;
}

/** `+44 (0)20 …`: the zero in parentheses is for domestic calls. */
function international(part: string) {
  return parsePhoneNumberFromString(`+${part.replace(/\(0\)/, "").replace(/\D/g, "")}`);
}

/** A plus sign and groups are sufficient, even if the number is too long for its country. */
function isForeign(written: string): boolean {
  const count = written.replace(/\D/g, "").length;
  return (
    written.startsWith("+") && count >= 10 && count <= 15 && /\d[ ()./-]/.test(written) && isBalanced(written)
  );
}

function lastGap(part: string): number {
  return /[ ()./-]+\d+$/.exec(part)?.index ?? 0;
}

function isBalanced(part: string): boolean {
  return /^[^()]*(?:\([^()]*\)[^()]*)?$/.test(part);
}

function isPhone(part: string, digits: string, before: string, isNamed: boolean): boolean {
  const isCalledPhone = isNamed || phonePhrase.test(before);
  if (part.startsWith("00") && digits.length >= 11) {
    const number = parsePhoneNumberFromString(`+${digits.slice(2)}`);
    return number?.isPossible() === true && (isCalledPhone || number.isValid());
  }
  if (isCalledPhone) return isKnownLength(part, digits);
  if (otherwise.test(before) || /(?:^|[ .-])\d$/.test(part)) return false;
  if (northAmerican.test(part)) return /[(-]/.test(part) || strictNorthAmerican.test(part);
  return hasNationalForm(part, digits) && countries.some((country) => isValidNational(part, country));
}

function isKnownLength(part: string, digits: string): boolean {
  return (
    digits.length === 7 ||
    (digits.length === 6 && digits.length < part.length) ||
    countries.some((country) => parsePhoneNumberFromString(part, country)?.isPossible() === true)
  );
}

/** Starts with a trunk zero, or has the area code in parentheses. Other numbers rarely do. */
function hasNationalForm(part: string, digits: string): boolean {
  const groups = part.split(/[ ()./-]+/).filter((one) => one !== "");
  if (digits.length < 9 || groups.length < 2 || groups.length > 6) return false;
  if (/^8? ?\(/.test(part)) return true;
  return /^0[1-9]/.test(digits) && !/^\d{1,2}([./-])\d{1,2}\1\d{4}\b/.test(part);
}

/** Valid, or in the range that the UK regulator reserves for fiction. */
function isValidNational(part: string, country: CountryCode): boolean {
  const number = parsePhoneNumberFromString(part, country);
  return number?.isValid() === true || (country === "GB" && /^\(?07700\)?[ -]?900/.test(part));
}
