/** Why a row cannot be used. `column` is set when it lacks a column that the config names. */
export interface RowFault {
  readonly message: string;
  readonly column?: string;
}

/** The fault of a row without a value in a column that the config names. */
export function noValue(column: string, named: string): RowFault {
  return { message: `no value in column "${column}" (${named})`, column };
}
