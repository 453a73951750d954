/**
 * Numbers as they are written, with what becomes of them. The tests of the API, of an import and of the SDK run them all.
 * The SDK takes a number of JavaScript, so it sees what `Number(text)` makes of the text.
 */

export interface NumberCase {
  readonly text: string;
  /** The JSON that is stored. Undefined: the API refuses the item, the SDK and an NDJSON import leave the attribute out. */
  readonly stored: string | undefined;
  /** The attribute from a CSV field. Such a field has no type, so a string is never wrong. */
  readonly csv: string | number;
}

type Row = readonly [text: string, stored: string | undefined, csv?: string | number];

const ROWS: readonly Row[] = [
  // Written plainly.
  ['0', '0', 0],
  ['-0', '0', -0],
  ['0.0', '0', 0],
  ['12.50', '12.5', 12.5],
  ['-0.1', '-0.1', -0.1],
  ['0.0000001', '1e-7', 1e-7],
  // Further digits of a fraction.
  ['0.1000000000000000055', '0.1', 0.1],
  ['1234567890123456.7', '1234567890123456.8', 1234567890123456.8],
  ['3.141592653589793238462643383279', '3.141592653589793', Math.PI],
  ['9007199254740991.4', '9007199254740991', 9007199254740991],
  ['2251799813685248.5', '2251799813685248.5', 2251799813685248.5],
  ['4503599627370497.5', '4503599627370498', 4503599627370498],
  // Whole numbers around 2^53, however they are written.
  ['9007199254740991', '9007199254740991', 9007199254740991],
  ['-9007199254740991', '-9007199254740991', -9007199254740991],
  ['9007199254740991.0', '9007199254740991', 9007199254740991],
  ['9007199254740991e0', '9007199254740991'],
  ['9007199254740992', undefined],
  ['-9007199254740992', undefined],
  ['9007199254740993', undefined],
  ['9007199254740993.0', undefined],
  ['9007199254740991.6', undefined],
  ['9007199254740993e0', undefined],
  ['90071992547409925e-1', undefined],
  ['9.007199254740993e15', undefined],
  ['10000000000000000', undefined],
  ['1e16', undefined],
  ['1.0e16', undefined],
  ['-1E+16', undefined],
  ['123456789012345678901234567890', undefined],
  // Exponents.
  ['1E5', '100000'],
  ['1e+5', '100000'],
  ['100e-2', '1'],
  ['1.2345678901234567e5', '123456.78901234567'],
  ['1.23456789012345678901234567e5', '123456.78901234567'],
  ['12345678901234567e-10', '1234567.8901234567'],
  ['1e15', '1000000000000000'],
  ['1.2345678901234567e20', undefined],
  // The ends of a double.
  ['1e300', undefined],
  ['1.7976931348623157e308', undefined],
  ['1e309', undefined],
  ['1e400', undefined],
  ['-1e400', undefined],
  ['1e-300', '1e-300'],
  ['9.9e-301', '0'],
  ['-5e-324', '0'],
  ['1e-400', '0'],
];

export const NUMBER_CASES: readonly NumberCase[] = ROWS.map(([text, stored, csv = text]) => ({ text, stored, csv }));
