import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { StoreError } from "../../../core/errors.ts";
import { isPlaceholder, type KeyHint, placeholders, type TextRules } from "../span.ts";
import { redactEncoded } from "./encoded-json.ts";
import { redactSplitTexts } from "./split-texts.ts";

const deepest = 500;
const plainKey = /^[a-z_$][A-Za-z_]{0,60}$/;
const variable = /^(?:\{\{?[^{}]*\}?\}|\$\{[^{}]*\})$/;

/**
 * A copy with strings, keys and identifying numbers redacted. Throws StoreError if JSON cannot represent the
 * value.
 */
export function redactJson(value: JsonValue, rules: TextRules, hint?: KeyHint, depth = 0): JsonValue {
  if (depth > deepest)
    throw new StoreError(`a value is nested more than ${deepest} levels deep and cannot be redacted`);
  if (typeof value === "string") return redactString(value, rules, hint, depth);
  if (typeof value === "number") return redactNumber(value, rules, hint);
  if (typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value))
    return redactSplitTexts(value, rules).map((item) => redactJson(item, rules, hint, depth + 1));
  if (isJsonObject(value)) return redactObject(value, rules, depth);
  throw new StoreError(`a value of type ${typeof value} is not JSON and cannot be redacted`);
}

function redactString(text: string, rules: TextRules, hint: KeyHint | undefined, depth: number): string {
  const redacted =
    redactEncoded(text, (decoded) => redactJson(decoded, rules, undefined, depth + 1)) ??
    rules.redact(text, hint);
  if (hint === "secret" && text.trim() !== "" && !isPlaceholder(redacted) && !variable.test(text))
    return placeholders.secret;
  return hint === "address" && /\d.*\s.*\p{L}|\p{L}.*\s.*\d/su.test(redacted) && !redacted.includes("://")
    ? placeholders.address
    : redacted;
}

/** A number stays a number unless its digits are a card number or its key marks it as personal. */
function redactNumber(value: number, rules: TextRules, hint: KeyHint | undefined): JsonValue {
  if (!Number.isSafeInteger(value) || (hint === undefined && Math.abs(value) < 1e12)) return value;
  if (hint === "ssn" && value > 1e6) return placeholders.ssn;
  const digits = String(value);
  const redacted = rules.redact(digits, hint);
  return redacted === digits ? value : redacted;
}

function redactObject(object: JsonObject, rules: TextRules, depth: number): JsonObject {
  const redacted: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const name = plainKey.test(key) ? key : freeName(rules.redact(key), key, redacted);
    Object.defineProperty(redacted, name, {
      value: redactJson(value, rules, keyHint(key), depth + 1),
      ...{ writable: true, enumerable: true, configurable: true },
    });
  }
  return withoutTokenBytes(object, redacted);
}

/** Two keys may become the same placeholder; the second one gets a number. */
function freeName(wanted: string, key: string, taken: Readonly<Record<string, JsonValue>>): string {
  if (wanted === key) return key;
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}

/** Log-probabilities contain each token a second time, as bytes. */
function withoutTokenBytes(object: JsonObject, redacted: Record<string, JsonValue>): JsonObject {
  if (
    typeof object["token"] === "string" &&
    object["token"] !== redacted["token"] &&
    Array.isArray(object["bytes"])
  )
    redacted["bytes"] = null;
  return redacted;
}

const exact: Readonly<Record<KeyHint, ReadonlySet<string>>> = {
  secret: new Set(
    "password passwd pwd passphrase pin secret authorization proxyauthorization cookie setcookie credentials".split(
      " ",
    ),
  ),
  phone: new Set(
    "phone phones phonenumber phoneno telephone tel mobile mobilenumber mobilephone cell cellphone fax whatsapp contactnumber".split(
      " ",
    ),
  ),
  ssn: new Set("ssn socialsecurity socialsecuritynumber socialsecurityno usssn taxid itin".split(" ")),
  name: new Set(
    "firstname lastname fullname surname forename givenname familyname middlename maidenname personname customername patientname clientname contactname employeename recipientname sendername cardholdername holdername guestname".split(
      " ",
    ),
  ),
  address: new Set(
    "address addressline addressline1 addressline2 street streetaddress street1 street2 homeaddress mailingaddress billingaddress shippingaddress deliveryaddress".split(
      " ",
    ),
  ),
};
const secretEnding =
  /(?:apikey|password|passwd|clientsecret|secretkey|secretaccesskey|accesskey|accountkey|privatekey|subscriptionkey|accesstoken|refreshtoken|idtoken|authtoken|sessiontoken|bearertoken|securitytoken)$/;
const hints = Object.keys(exact) as readonly KeyHint[];

/** The kind of value that a key indicates. Case, blanks, `_` and `-` are ignored. */
function keyHint(key: string): KeyHint | undefined {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (secretEnding.test(plain)) return "secret";
  return hints.find((hint) => exact[hint].has(plain));
}
