/** The parameters of one statement. Anything a person typed goes through them, so that it never becomes SQL text. */

export interface Params {
  /** How to write the value in the text, such as `:p1`. An empty string becomes '': the Data API takes no empty parameter. */
  text(value: string): string;
  number(value: number): string;
  /** From UTC milliseconds. */
  timestamp(ms: number): string;
  readonly values: Readonly<Record<string, string>>;
}

export function createParams(): Params {
  const values: Record<string, string> = {};
  const names = new Map<string, string>();
  // A parameter has one type, so the text "5" and the number 5 are two.
  const nameOf = (type: string, value: string): string => {
    const key = `${type} ${value}`;
    const name = names.get(key) ?? `p${names.size + 1}`;
    names.set(key, name);
    values[name] = value;
    return `:${name}`;
  };
  return {
    values,
    text: (value) => (value === '' ? "''" : nameOf('text', value)),
    number: (value) => `CAST(${nameOf('number', String(value))} AS FLOAT8)`,
    timestamp: (ms) => `CAST(${nameOf('timestamp', timestampOf(ms))} AS TIMESTAMP)`,
  };
}

/** `2026-11-22 06:15:00`, which Redshift and Postgres read alike. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
