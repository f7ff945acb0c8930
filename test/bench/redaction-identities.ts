/**
 * Redaction against data that this project did not write: the invented persons, sentences and company names that come
 * with presidio-evaluator (MIT, on PyPI; unpack its wheel). Persons of 24 origins are put into the sentences; company
 * names, and the sentences that name nobody, are the look-alikes. Prints Markdown.
 *
 *     pip download --no-deps presidio-evaluator && unzip -q presidio_evaluator-*.whl
 *     node test/bench/run.js redaction-identities presidio_evaluator/data_generator/raw_data [--faults name]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { createRedactor } from "../../src/traces/redaction/create-redactor.ts";
import { measure } from "../traces/redaction/table/measure.ts";
import type { TableLine } from "../traces/redaction/table/read-table.ts";

const { values, positionals } = parseArgs({
  options: { faults: { type: "string" } },
  allowPositionals: true,
});
const [folder = "."] = positionals;
const rows = (file: string): Record<string, string>[] =>
  parse(readFileSync(`${folder}/${file}`), { columns: true, bom: true, relax_column_count: true });
const persons = rows("FakeNameGenerator.com_3000.csv");
const firms = rows("companies_and_organizations.csv").flatMap(({ organization }) => organization ?? []);
const sentences = readFileSync(`${folder}/templates.txt`, "utf8")
  .split("\n")
  .filter((line) => line !== "");
const whole = /^(?:name|person|name_male|name_female)$/;

let drawn = 0;
const lines: TableLine[] = [];
const mark = (kind: string, before: string, secret: string, after: string) =>
  lines.push({ kind, text: before + secret + after, secrets: [secret], kept: [before, after] });

for (let round = 0; round < 6; round++)
  for (const sentence of sentences) {
    const slots = [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, slot = ""]) => slot);
    const person = persons[(drawn++ * 37) % persons.length] ?? {};
    const firm = firms[(drawn * 13) % firms.length] ?? "";
    const shown: string[] = [];
    const text = sentence.replaceAll("\\n", "\n").replace(/\{\{(\w+)\}\}/g, (_, slot: string) => {
      const name = whole.test(slot)
        ? `${person["GivenName"]} ${person["Surname"]}`
        : slot.startsWith("first_name")
          ? person["GivenName"]
          : slot.startsWith("last_name")
            ? person["Surname"]
            : undefined;
      if (name !== undefined) shown.push(name);
      const plain = {
        organization: firm,
        city: person["City"],
        country: person["CountryFull"],
        job: person["Occupation"],
      };
      return (
        name ??
        plain[slot as keyof typeof plain] ??
        (slot.startsWith("prefix") ? (person["Title"] ?? "") : "X")
      );
    });
    for (const name of new Set(shown)) {
      const kind = name.includes(" ") ? "full name" : "one name alone";
      lines.push({ kind, text, secrets: [name], kept: [text.replaceAll(name, " ")] });
    }
    if (
      shown.length === 0 &&
      round < 2 &&
      slots.every((slot) => /^(?:organization|city|country|job)$/.test(slot))
    )
      lines.push({ kind: "keep", text, secrets: [], kept: [text] });
  }
for (const person of persons.slice(0, 1200)) {
  const phone = person["TelephoneNumber"] ?? "";
  mark("e-mail", "Could you write to ", person["EmailAddress"] ?? "", " about it?");
  mark("phone with +", "Please use ", `+${person["TelephoneCountryCode"]} ${phone.replace(/^0/, "")}`, "");
  mark("phone, called one", "my phone is ", phone, "");
  mark("phone, no word of it", "", phone, " is what they gave me");
  mark("street, announced", "Please send the card to ", person["StreetAddress"] ?? "", `, ${person["City"]}`);
  mark("street, no word of it", "", person["StreetAddress"] ?? "", ` in ${person["City"]} was closed`);
}
const redactor = createRedactor();
const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
console.log("| kind | strings | recall |\n| --- | --- | --- |");
for (const { kind, secrets, hidden, faults } of measure(lines, redactor.text)) {
  if (kind === "keep")
    console.log(`| sentences without a person | ${secrets} | ${secrets - hidden} changed |`);
  else console.log(`| ${kind} | ${secrets} | ${percent(hidden, secrets)} |`);
  if (values.faults === kind) for (const fault of faults) console.log(JSON.stringify(fault));
}
const deals = firms.slice(0, 4000).map((firm) => `We signed a deal with ${firm} last year.`);
const changed = deals.filter((deal) => redactor.text(deal) !== deal);
console.log(
  `| names of firms | ${deals.length} | ${changed.length} changed (${percent(changed.length, deals.length)}) |`,
);
if (values.faults === "firms") for (const deal of changed) console.log(redactor.text(deal), " ← ", deal);
