/** The fields of a sent form. Line ends are `\n`: browsers send `\r\n` for each. */
export interface FormFields {
  /** Empty if the field is absent. */
  get(name: string): string;
  getAll(name: string): readonly string[];
  has(name: string): boolean;
}

export function parseFormFields(body: string): FormFields {
  const given = new URLSearchParams(body);
  const clean = (text: string) => text.replace(/\r\n?/g, "\n");
  return {
    get: (name) => clean(given.get(name) ?? ""),
    getAll: (name) => given.getAll(name).map(clean),
    has: (name) => given.has(name),
  };
}
