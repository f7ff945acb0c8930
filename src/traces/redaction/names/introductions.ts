const nameIs =
  /(?:\b(?:my|his|her|their|the)? ?(?:full |first |last |given |family |legal |maiden )?name(?:'s| is| was)|\bgoes by|\bcalls? me|\bnamed (?:him|her|them|me)|\bcalled myself|\bich hei(?:ß|ss)e|\bmein name ist|\bje m'appelle|\bmon nom est|\bme llamo|\bmi nombre es|\bmi chiamo|\bil mio nome è|\bmeu nome é|\bme chamo|\bmijn naam is|\bik heet|\bjag heter|\bjeg hedder|\bnazywam się|\bmam na imię|\bbenim adım|меня зовут|\b(?:first|last|full|given|family|sur)[ _]?name["']?\s?[:=]|\bsigned by|\bname\? ?(?:user|human|customer)?)[:"' ]{1,4}$/iu;
const address =
  /(?:\bhi|\bhello|\bhey|\bdear|\bhiya|\bthanks(?: a lot| again)?|\bthank you|\bcheers|\bbest(?: regards| wishes)?|\b(?:kind |warm )?regards|\bsincerely|\byours(?: truly| sincerely)?|\bgreetings|\blove|\bgood (?:morning|afternoon|evening)|\bliebe[rn]?|\bhallo|\bguten tag|\bbonjour|\bchère?|\bhola|\bestimad[oa]|\bquerid[oa]|\bciao|\bcar[oa]|\bolá|\bbeste|\bhej|\bI am|\bI'm|\bI’m|\bthis is|\bje suis|\bsoy|\bsono|\bich bin)[,!]?\s{1,3}$/i;
const greeting = /(?:^|[\n.!?"] ?)(?:hi|hello|hey|dear|hiya|hallo|hola|bonjour|ciao)\s$/i;
const role =
  /(?:\bpatient|\bcustomer|\bclient|\btenant|\bemployee|\bapplicant|\bcandidate|\bclaimant|\bguest|\bstudent|\bowner|\bauthor|\bcontact|\battn|\battention|\bcc|\bfrom|\bto|\bname|\bsigned|\brecipient|\bsender|\bbeneficiary|\bpassenger|\bholder|\bassignee|\breporter|\bopened by|\bassigned to|\bwritten by|\bapproved by|\bsigned by|\bspoke (?:with|to)|\bmet)(?::|,)?\s{1,2}$/i;

/** The last words of all these phrases. Most words do not follow one of them and need no closer check. */
const lastWords = new Set(
  (
    "is was name's me him her them myself heiße heisse ist m'appelle est llamo es chiamo è é chamo heet heter hedder się imię " +
    "adım зовут name firstname lastname fullname givenname familyname surname by user human customer hi hello hey dear hiya " +
    "thanks lot again you cheers best regards wishes sincerely yours truly greetings love morning afternoon evening liebe " +
    "lieber lieben hallo tag bonjour cher chère hola estimado estimada querido querida ciao caro cara olá beste hej am i'm " +
    "suis soy sono bin patient client tenant employee applicant candidate claimant guest student owner author contact attn " +
    "attention cc from to signed recipient sender beneficiary passenger holder assignee reporter with met"
  ).split(" "),
);
const lastWord = /([\p{L}']{1,16})[^\p{L}]{1,5}$/u;

/**
 * Classifies the text before a position. `name`: it introduces a name. `person`: a greeting or a
 * self-introduction. `role`: a role that may precede a name.
 */
export function introductionBefore(text: string, index: number): "name" | "person" | "role" | undefined {
  const word = lastWord.exec(text.slice(Math.max(0, index - 22), index))?.[1]?.toLowerCase();
  if (word === undefined || !lastWords.has(word.replace(/^'|'$/g, ""))) return undefined;
  const before = text.slice(Math.max(0, index - 40), index);
  if (nameIs.test(before)) return "name";
  if (address.test(before)) return "person";
  return role.test(before) ? "role" : undefined;
}

/** At the start of a sentence, where any name may follow. */
export function isGreetingBefore(text: string, index: number): boolean {
  return greeting.test(text.slice(Math.max(0, index - 12), index));
}
