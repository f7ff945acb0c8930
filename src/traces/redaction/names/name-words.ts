const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ""));

/** Titles before a family name. Folded, without a trailing period. */
export const titles = set(`
  mr mrs ms miss mx dr prof professor sir lady madam herr frau fraulein monsieur madame mademoiselle mme mlle
  senor senora senorita sr sra srta signor signora signorina sig dona doctor doktor meneer mevrouw fru sayin pan pani
`);

/** Titles that are also ordinary words: a listed name must follow. */
export const weakTitles = set(`
  don rev reverend fr father sister brother uncle aunt auntie officer detective sergeant captain capt lt col gen
  senator governor president judge justice coach nurse attorney chancellor minister king queen prince princess
`);

/** Inside a name, never at its end. */
export const particles = set(`
  van von der den de del della di da do dos das la le el al bin ibn bint ben abu ter ten zu zur af av du des y e st mac mc
`);

/** A listed name before one of these belongs to a place, a company, a product or a prize. */
export const thingWords = set(`
  republic kingdom   street st avenue ave road rd boulevard blvd lane drive square park bridge station airport university college school
  institute hospital clinic church cathedral temple mosque museum library theatre theater hall tower building center
  centre mall plaza hotel inn restaurant cafe bar pub bank group inc incorporated ltd limited llc llp plc corp corporation
  gmbh ag sa company co partners associates foundation trust fund society association club fc united city town county
  district province state island islands lake river sea ocean bay beach coast mountain mountains mount valley falls hill
  hills desert forest canyon peninsula springs harbor harbour port fort castle palace prize award awards medal cup trophy
  theorem law equation effect constant syndrome disease method algorithm test scale day week month year season award
  island rights project program protocol framework library api cloud server studio code language model models series
  edition version pro max mini plus ultra watch phone speaker echo tv app store stores music pay photos maps drive docs
  oil tea wood water juice cake ale beer wine gold silver salad pie garden gardens bush tree stone light cream scented
  hurricane storm typhoon cyclone tornado expressway parkway motorway highway tunnel line metro dam mine
  motors motor cars airlines airways pharmaceuticals industries technologies systems energy foods brands records press
  news times post journal magazine academy house homes villa court stadium arena field festival carnival act amendment
  agency bureau department ministry office council commission committee federation union army navy police
`);

/** A listed name after one of these is a place, a storm or a school. */
export const thingPrefixes = set(`
  lake mount mt hurricane storm typhoon cyclone saint st san santa santo sao sankt fort port cape river los las el point
  camp villa hotel st. cafe restaurant castle rue via calle avenue university college project operation planet new north
  south east west upper lower great little old amazon google apple microsoft mother team brand model class
`);

/** Capitalized words that are never part of a name. */
export const commonWords = set(`
  the a an and or but if then so of to in on at by for from with as is are was were be been has have had do does did not
  no yes he she it its they we you i my your his her our their this that these those who what when where why how which
  there here please thanks thank hello hi hey dear regards best kind sincerely cheers yours warm love re fw fwd cc bcc
  subject date sent said says asked told called wrote can could would should will shall may might must let us
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
  october november december spring summer autumn winter morning evening night today tomorrow yesterday new year
  christmas easter english french german spanish italian russian chinese japanese american british european african
  asian indian canadian australian customer support team service manager director engineer president ceo cto cfo sales
  order account invoice ticket product user admin system error warning info note north south east west
  street road avenue phone email address name mr mrs ms dr prof jr sr ii iii however therefore also after before
  since while because although though during about ich sie er wir und der die das ein eine je tu il elle nous vous et
  el ella nosotros y los las un una que io lui lei noi e gli der den dem
  mich mir bitte danke bonjour merci hola gracias ciao grazie both first last next mit von im am and my is
  tel fax mobile ltd inc assistant human user model agent bot question answer context instructions summary
  christ god buddha allah royal highness everyone everybody all team folks friend friends colleague colleagues world member members guys valued
  manager hiring recruiter sirs ladies gentlemen class neighbor neighbour community students parents reader readers
`);

/** A family name next to one of these is a person. */
export const speechWords = set(
  "says said asked wrote replied added explained told thinks argued claimed insisted recalled",
);

/** Companies and things named after people. Folded, without punctuation. */
export const knownThings: readonly string[] = [
  ...[
    "morgan stanley",
    "stanley morgan",
    "wells fargo",
    "goldman sachs",
    "jp morgan",
    "charles schwab",
    "johnson johnson",
  ],
  ...[
    "louis vuitton",
    "calvin klein",
    "ralph lauren",
    "tommy hilfiger",
    "hugo boss",
    "giorgio armani",
    "yves saint laurent",
  ],
  ...[
    "jack daniels",
    "jack daniel's",
    "johnnie walker",
    "jim beam",
    "captain morgan",
    "jose cuervo",
    "dom perignon",
  ],
  ...[
    "dr pepper",
    "dr martens",
    "mr coffee",
    "mr clean",
    "mrs fields",
    "miss universe",
    "miss america",
    "miss world",
  ],
  ...[
    "dow jones",
    "ernst young",
    "eli lilly",
    "philip morris",
    "levi strauss",
    "harley davidson",
    "alfa romeo",
  ],
  ...[
    "aston martin",
    "rolls royce",
    "mercedes benz",
    "estee lauder",
    "mary kay",
    "ben jerry's",
    "trader joe's",
    "papa john's",
  ],
  ...[
    "santa claus",
    "father christmas",
    "mother nature",
    "father time",
    "easter bunny",
    "uncle sam",
    "john doe inc",
  ],
  ...[
    "amazon alexa",
    "google gemini",
    "san francisco",
    "san diego",
    "san jose",
    "los angeles",
    "buenos aires",
    "tel aviv",
  ],
  ...[
    "abu dhabi",
    "hong kong",
    "costa rica",
    "puerto rico",
    "sri lanka",
    "sierra leone",
    "el salvador",
    "rio grande",
  ],
  ...[
    "virginia beach",
    "salt lake",
    "baton rouge",
    "santa fe",
    "santa monica",
    "santa barbara",
    "san antonio",
    "fort worth",
  ],
  ...[
    "visual studio",
    "penn station",
    "pink floyd",
    "iron maiden",
    "led zeppelin",
    "lynyrd skynyrd",
    "marvin gaye pride",
  ],
  ...[
    "jenkins pipeline",
    "apache kafka",
    "apache maven",
    "raspberry pi",
    "big ben",
    "stanley cup",
    "victoria falls",
  ],
];
