import type { KeyHint } from "../span.ts";

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

/** What a member's key says of its value; keys are compared without case, blanks, `_` and `-`. */
export function keyHint(key: string): KeyHint | undefined {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (secretEnding.test(plain)) return "secret";
  return hints.find((hint) => exact[hint].has(plain));
}
