import { type Detector, matchSpans, mergeSpans } from "../span.ts";

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
    ...matchSpans(text, lowerCaseAddress, ({ index }) => hint === "address" || announced.test(before(index))),
  ]);
};

const cap = "\\p{Lu}[\\p{L}.'-]{0,30}";
const direction = "(?:(?:NE|NW|SE|SW|N|S|E|W|North|South|East|West)\\.?)";
const suffix =
  "(?:Street|St|Str|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Ter|Way|Circle|Cir|Square|Sq|Highway|Hwy|Parkway|Pkwy|Crescent|Cres|Close|Loop|Trail|Trl|Gardens|Gdns|Grove|Mews|Row|Walk|Alley|Plaza|Quay|Wharf|Pike|Turnpike|Expressway|Esplanade|Parade|Promenade)";
const state =
  "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])";
const unit = "(?:,?\\s{1,2}(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Rm|#)\\.?\\s{0,2}#?\\w{1,6}\\b)?";
const americanTail = `(?:,?\\s{1,2}(?:${cap}\\s?){1,3},?\\s{1,2}${state}(?:,?\\s{1,2}\\d{5}(?:-\\d{4})?)?\\b)?`;
const britishTail =
  "(?:,\\s{1,2}(?:\\p{Lu}\\p{L}{1,20},?\\s{1,2}){0,3}[A-Z]{1,2}\\d[A-Z\\d]?\\s?\\d[A-Z]{2}\\b)?";
const code = (digits: string) => `(?:,?\\s{1,2}(?:[A-Z]{1,2}-)?${digits}\\s${cap}(?:[ -]${cap})?)?`;
const houseNumber = "\\d{1,4}\\s?[a-zA-Z]?(?:\\s?[-/]\\s?\\d{1,4}[a-z]?)?(?![\\p{L}\\p{N}]|[.:]\\d)";

const english = [
  `\\d{1,5}(?:-\\d{1,4})?[A-Z]?,?\\s{1,2}(?:${direction}\\s{1,2})?(?:(?:${cap}|\\d{1,3}(?:st|nd|rd|th)|of|the)\\s{1,2}){1,5}${suffix}\\b\\.?(?:\\s{1,2}${direction}(?![\\p{L}]))?(?!\\s(?:to|of|for|in\\s(?:a|the))\\b)${unit}(?:${britishTail}${americanTail})`,
  `\\d{1,5}\\s(?:${direction}\\s)?(?:\\d{1,3}(?:st|nd|rd|th)\\s${suffix}\\b|Broadway\\b)\\.?${unit}${americanTail}`,
  "P\\.?\\s?O\\.?\\s?Box\\s{1,2}\\d{1,7}",
];
const germanic = [
  `(?:\\p{Lu}[\\p{L}-]{1,30}(?:straße|strasse|str\\.|gasse|platz|allee|damm|ufer|chaussee|straat|gracht|laan|plein|kade|dijk|singel|gatan|vägen|gränd|stigen|gata|gatu|vegen|veien|vegur|stígur|braut|gade|vej|katu|kuja|utca|parkring)|\\p{Lu}[\\p{L}-]{2,30}weg|\\p{Lu}[\\p{L}-]{2,30}\\s(?:Straße|Strasse|Str\\.|Allee|Platz|Weg|Ring|Damm|Ufer|Chaussee|Gasse))\\s${houseNumber}(?:${code("\\d{4,5}")}|,?\\s{1,2}\\d{4}\\s?[A-Z]{2}\\s${cap})`,
  `(?:Am|An der|An den|Auf der|Auf dem|Im|In der|Unter den|Unter der|Zum|Zur|Alte|Alter|Neue|Neuer)\\s(?:${cap}\\s){1,2}${houseNumber},\\s\\d{4,5}\\s${cap}`,
];
const romance = [
  `(?:[1-9]\\d{0,3}(?:\\s?(?:bis|ter|quater))?,?\\s)(?:[Rr]ue|[Aa]venue|[Aa]v\\.|[Bb]oulevard|[Bb]d\\.?|[Pp]lace|[Aa]llée|[Cc]hemin|[Ii]mpasse|[Qq]uai|[Cc]ours|[Rr]oute|[Ss]quare|[Pp]assage)\\s(?:(?:de|du|des|la|le|les|aux?)\\s|d'|l'){0,3}${cap}(?:[\\s-](?:(?:de|du|des|la)\\s){0,2}${cap}){0,3}${code("\\d{5}")}`,
  `(?:Rue|Avenue|Boulevard|Chaussée|Quai|Allée|Chemin|Place|Impasse|Calle|C\\/|Avenida|Avda\\.?|Av\\.|Paseo|Plaza|Carrer|Camino|Carretera|Ronda|Via|Viale|Piazza|Piazzale|Corso|Vicolo|Stradone|Largo|Rua|Travessa|Praça|Alameda|Estrada|Rambla|Glorieta)\\s(?:(?:de|du|des|del|la|le|les|las|los|el|da|do|dos|das|di|della|delle|dei|degli)\\s|dell'|d'|l'){0,3}${cap}(?:\\s(?:(?:de|del|la|las|y|e|da|do|dos|di|i)\\s){0,2}${cap}){0,4},?\\s(?:n[º°.]\\s?)?${houseNumber}${code("\\d{4,5}(?:-\\d{3})?")}`,
];
const others = [
  `${cap}(?:\\s${cap}){0,2}\\s(?:út|útja|utca|utcája|u\\.|tér|tere|körút|krt\\.)\\s${houseNumber}\\.?`,
  `(?:ul\\.|al\\.|pl\\.|os\\.|ulica|aleja)\\s(?:${cap}\\s){1,3}${houseNumber}(?:,?\\s\\d{2}-\\d{3}\\s${cap})?`,
  `(?:ул\\.|улица|пр\\.|проспект|пр-т|пер\\.|переулок)\\s(?:${cap}\\s?){1,3},?\\s(?:д\\.\\s?)?${houseNumber}`,
  `(?:\\p{Lu}\\p{L}{2,20}\\s){1,2}(?:Sokak|Sok\\.|Caddesi|Cad\\.|Mahallesi|Bulvarı)\\s(?:No:?\\s?)?${houseNumber}`,
  "(?:\\p{sc=Han}{2,4}[省市]){0,2}(?:\\p{sc=Han}{1,5}[区县])?\\p{sc=Han}{1,8}(?:路|街|大道|巷|胡同)\\d{1,5}号",
  "(?:\\p{sc=Han}{2,3}[都道府県])?\\p{sc=Han}{1,6}[市区町村][\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}]{1,8}\\d{1,3}(?:丁目|-)\\d{1,3}(?:番|-)?\\d{0,3}号?",
];
const looseStart = "(?<![\\p{L}\\p{N}_])";

/**
 * Streets with house numbers in the notations of several countries, including a following town and postal
 * code.
 */
const addressPatterns: readonly RegExp[] = [
  ...english.map((source) => new RegExp(`(?<![\\p{L}\\p{N}_$€£]|\\p{N}[.,:/-])${source}`, "gu")),
  ...[...germanic, ...romance, ...others].map((source) => new RegExp(looseStart + source, "gu")),
];

/** Lower case; used only if the text before it introduces an address. */
const lowerCaseAddress = new RegExp(
  `(?<![\\p{L}\\p{N}_])\\d{1,5}[a-z]?\\s(?:[\\p{L}'.-]{1,20}\\s){1,3}${suffix}\\b\\.?`,
  "giu",
);

/**
 * Any name followed by a number, up to a comma or the end; used only if the text before it introduces an
 * address.
 */
const announcedAddress = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?!(?:Gate|Room|Terminal|Building|Floor|Level|Line|Version|Area|Group|Team|Channel|Page|Chapter|Table|Model|Item|Order|Port|Unit|Box|Zone|Class|Step|Phase|Stage)\\b)${cap}(?:\\s(?:de|la|le|du|del|di|der|den|van|fejedelem)){0,2}(?:\\s${cap}){0,3}\\s${houseNumber}(?=\\.?(?:,|\\n|\\s*$))`,
  "gu",
);
