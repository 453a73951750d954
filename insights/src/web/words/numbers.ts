/** Numbers as the page writes them, in English. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ONE_DIGIT_ALWAYS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ONE_DIGIT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `69,659`. */
export const formatCount = (value: number): string => WHOLE.format(value);
/** `3.4` below a hundred, where the decimal still matters; else `3,412`. */
export const formatAverage = (value: number): string => (value < 100 ? ONE_DIGIT : WHOLE).format(value);
/** `70K`, for lists. */
export const formatShort = (value: number): string => (value < 10_000 ? WHOLE : SHORT).format(value);
/** The labels of one axis, all in the same form: `8,000` next to `10K` would look like another unit. */
export const formatAxis = (values: readonly number[]): readonly string[] =>
  values.map((value) => (Math.max(...values) < 10_000 ? WHOLE : SHORT).format(value));
/** `12.5 %`, always with one decimal so that a column lines up, except for exactly 0 % and 100 %. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  if (part === 0 || part === whole) return `${percent} %`;
  return percent < 0.05 ? '< 0.1 %' : `${ONE_DIGIT_ALWAYS.format(percent)} %`;
}
