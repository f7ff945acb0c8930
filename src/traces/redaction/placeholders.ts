import type { PersonalDataKind } from "./span.ts";

/** What stands in the place of what was found. Stable: filters and tests may look for them. */
export const placeholders: Readonly<Record<PersonalDataKind, string>> = {
  api_key: "[API_KEY]",
  secret: "[SECRET]",
  credentials: "[CREDENTIALS]",
  email: "[EMAIL]",
  ip: "[IP]",
  card: "[CARD]",
  ssn: "[SSN]",
  phone: "[PHONE]",
  address: "[ADDRESS]",
  name: "[NAME]",
};

const written = new Set(Object.values(placeholders));

export function isPlaceholder(text: string): boolean {
  return written.has(text);
}
