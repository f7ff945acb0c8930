const values = new WeakMap<Secret, string>();

/**
 * A value that must not be written down. It prints and serialises as `[secret]`, so a record that
 * holds one by mistake still holds no key; only `reveal()` gives the text.
 */
export class Secret {
  constructor(value: string) {
    values.set(this, value);
  }

  reveal(): string {
    return values.get(this) ?? "";
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
