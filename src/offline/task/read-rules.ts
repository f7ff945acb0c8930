import { defined } from "../../core/defined.ts";
import type { FormatReading, RuleReading } from "./reading.ts";
import { isDenial, mentions, statementsOf } from "./sentences.ts";
import { polarityOf } from "./sentiment.ts";

const replying =
  /\b(answer|reply|respond|return|output|write|give|print|say|produce|response|use|label|message)\b/i;
const bareness =
  /\bonly\b(?! (?:if|when|for|where|in case|once))|\bjust\b|\bnothing (?:else|more)\b|\bno (?:other|extra|additional|further) (?:words?|text|characters?)|\b(?:single|one|exactly one|a) (?:lower-?case )?(?:word|label)\b|\bexactly one of\b|\bbare\b|\bwithout (?:any )?(?:explanation|other|extra|punctuation|a sentence)|\bno (?:explanation|sentences?|punctuation)\b/i;
const verbosity =
  /\b(?:in|as) (?:a )?(?:full|complete|whole) sentences?\b|\bexplain (?:your|why)|\bgive reasons\b/i;
const jsonBareness =
  /\b(?:only|nothing (?:else|but)|just|bare|entire|complete message|never enclose|no (?:code )?fences?|without (?:any )?(?:markdown|fence|explanation|prose)|read directly|no (?:markdown|prose|explanation|other text))\b|do not (?:wrap|enclose|use (?:markdown|code))/i;

export function readFormat(instruction: string): FormatReading {
  const statements = statementsOf(instruction).filter((one) => !isDenial(one));
  const wantsJson = /\bjson\b/i.test(instruction);
  const casing = statements
    .filter((one) => !/\b(?:text|post|review|message)s? (?:is|are|in)\b/i.test(one))
    .join("\n");
  return {
    isBare: statements.some((one) => replying.test(one) && bareness.test(one)),
    isVerbose: statements.some((one) => verbosity.test(one) && !/\b(?:no|not|never|without)\b/i.test(one)),
    letters: /\blower-?\s?case/i.test(casing)
      ? "lower"
      : /\bupper-?\s?case|\bcapital letters\b/i.test(casing)
        ? "upper"
        : "listed",
    wantsJson,
    isJsonBare:
      wantsJson &&
      statements.some(
        (one) =>
          jsonBareness.test(one) &&
          /json|fence|message|output|reply|respond|return|answer|enclose|wrap/i.test(one),
      ),
  };
}

const neutralWords =
  /\b(?:fact\w*|objective|opinions?|feelings?|emotions?|neither|questions?|news|announce\w*|information\w*|plain|everyday|mild\w*|weak\w*|balanced|statements?|no (?:clear|strong|real)|without|lacks?|plans?|descri\w*)\b/i;
const doubtful =
  /\b(?:unsure|in doubt|doubtful|uncertain|not sure|unclear|ambiguous|ties?|close call|borderline|hard to tell|cannot tell|can't tell|weak\w*|mild\w*|faint\w*)\b/i;
const mixture =
  /\b(?:mixed|both (?:positive|negative|good|bad|praise|sides|kinds|a )|good and bad|positive and negative|pros and cons|contrast\w*|conflicting|praise and (?:complaint|criticism))\b/i;
const wholeness =
  /\b(?:overall|stronger|strongest|dominant|dominates?|outweighs?|prevails?|on balance|as a whole|whole (?:text|post|message|review)|sum of)\b/i;
const ending = /\b(?:last|final|end(?:ing)?|after (?:the )?["'`]?(?:but|however)|closing)\b/i;
const negation =
  /\bnegat(?:ion|ions|ed|es|ing|or|ors)\b|["'`]?\bnot (?:good|bad|happy|great)\b|["'`]not["'`]|\bn't\b/i;
const courtesy =
  /\b(?:polite\w*|courte\w+|greetings?|pleasantr\w+|thanks|thank you|sign-?offs?|closing (?:words|phrases))\b/i;
const capOnFlags =
  /\b(?:at most|no more than|up to|maximum(?: of)?|not more than|only (?:the )?(?:best )?|exactly|the)\s+(one|two|three|four|\d+)\b[^.\n]{0,40}\b(?:categor|flags?|tags?|labels?|true|match)/i;
const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4 };

export function readRules(instruction: string, labels: readonly string[]): RuleReading {
  const statements = statementsOf(instruction).filter((one) => !isDenial(one) || courtesy.test(one));
  const neutral = labels.find((label) => polarityOf(label) === "neutral") ?? "neutral";
  const cap = statements
    .map((one) => capOnFlags.exec(one)?.[1]?.toLowerCase())
    .find((word) => word !== undefined);
  const doubt = doubtLabel(statements, labels);
  const mixed = mixedRule(statements, labels);
  return {
    neutral: statements.some((one) => isNeutralRule(one, neutral)),
    ...defined({ doubt, mixed }),
    negation: statements.some((one) => negation.test(one) && !isDenial(one)),
    courtesy: statements.some(
      (one) => courtesy.test(one) && /\b(?:not|ignore|disregard|never|no|neutral|alone)\b/i.test(one),
    ),
    ...(cap === undefined ? {} : { maxFlags: numbers[cap] ?? Number(cap) }),
  };
}

/** The word neutral together with its meaning; the list of labels alone is not enough. */
function isNeutralRule(statement: string, neutral: string): boolean {
  return mentions(statement, neutral) && neutralWords.test(statement.replace(mixture, " "));
}

function doubtLabel(statements: readonly string[], labels: readonly string[]): string | undefined {
  for (const statement of statements.filter((one) => doubtful.test(one))) {
    const named = labels.filter((label) => mentions(statement, label));
    if (named.length === 1) return named[0];
  }
  return undefined;
}

function mixedRule(statements: readonly string[], labels: readonly string[]): RuleReading["mixed"] {
  for (const statement of statements) {
    if (!mixture.test(statement) && !wholeness.test(statement) && !/\bbut\b["'`]|["'`]but\b/i.test(statement))
      continue;
    if (wholeness.test(statement)) return { by: "whole" };
    if (ending.test(statement)) return { by: "end" };
    const bare = statement.replace(/\bpositive and negative\b|\bboth positive\b/gi, " ");
    const named = labels.filter((label) => mentions(bare, label));
    if (mixture.test(statement) && named.length === 1 && named[0] !== undefined)
      return { by: "label", label: named[0] };
  }
  return undefined;
}
