/** Numbers as the page writes them, in English. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ONE_DIGIT_ALWAYS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ONE_DIGIT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `69,659`. */
export const formatCount = (value: number): string => WHOLE.format(value);
/** `3.4` below a hundred, where the decimal still matters; else `3,412`. */
export const formatAverage = (value: number): string => (value < 100 ? ONE_DIGIT : WHOLE).format(value);
const TWO_DIGITS = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const TINY = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const SIGNED = new Intl.NumberFormat('en', { maximumFractionDigits: 1, signDisplay: 'exceptZero', style: 'percent' });

/** Any value: `69,659`, `25.90`, `0.00123`; `–` where there is none. */
export function formatValue(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value)) return WHOLE.format(value);
  return (Math.abs(value) < 0.01 ? TINY : TWO_DIGITS).format(value);
}
/** `+12.5%`; undefined when there is nothing to compare with. */
export function formatChange(value: number | null, before: number | null): string | undefined {
  if (value === null || before === null || before === 0) return undefined;
  return SIGNED.format(value / before - 1);
}
/** `70K`, for lists. */
export const formatShort = (value: number): string => (value < 10_000 ? WHOLE : SHORT).format(value);
/** The labels of one axis, all in the same form: `8,000` next to `10K` would look like another unit. */
export function formatAxis(values: readonly number[]): readonly string[] {
  const greatest = Math.max(...values.map(Math.abs));
  if (greatest >= 10_000) return values.map((value) => SHORT.format(value));
  const isWhole = values.every(Number.isInteger);
  return values.map((value) => (isWhole ? WHOLE : TINY).format(value));
}
/** `12.5 %`, always with one decimal so that a column lines up, except for exactly 0 % and 100 %. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  if (part === 0 || part === whole) return `${percent} %`;
  return percent < 0.05 ? '< 0.1 %' : `${ONE_DIGIT_ALWAYS.format(percent)} %`;
}
