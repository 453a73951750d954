/**
 * Rewrites a date and time as ISO 8601. It takes the ways of writing that have one reading: the year first, or the month by
 * its English name. `01/02/2010` has two readings, and so has a time zone by its abbreviation (CST). Pure.
 */

/** `got` completes the sentence "Expected a time, ...". */
export type IsoText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly got: string };

const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?(?:\s*(?<half>[ap])\.?m\.?)?`;
/** `Z`, `UTC`, `+02`, `+0200`, `+02:00`, `GMT+0200`. */
const ZONE = String.raw`\s*(?:z|(?:utc|gmt|ut)?\s*(?<sign>[+-])(?<offset>\d{1,2})(?::?(?<minutes>\d{2}))?|utc|gmt|ut)`;
const TIME_AND_ZONE = `${TIME}(?:${ZONE})?`;
const WEEKDAY = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?`;
const MONTH_NAME = String.raw`(?<month>[a-z]{3,9})\.?`;

const FORMS: readonly RegExp[] = [
  // 2010-01-31 06:16:03, 2010/1/31 6:16, 2010.01.31
  String.raw`(?<year>\d{4})(?<separator>[-/.])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})(?:(?:t|,?\s+)${TIME_AND_ZONE})?`,
  // 2010-Jan-31 06:16
  String.raw`(?<year>\d{4})(?<separator>[-/\s])${MONTH_NAME}\k<separator>(?<day>\d{1,2})(?:(?:t|,?\s+)${TIME_AND_ZONE})?`,
  // 20100131T061603Z, 20100131061603
  String.raw`(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:t|(?=\d{6}$))(?<hour>\d{2})(?<minute>\d{2})(?:(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?(?:${ZONE})?`,
  // Sun, 31 Jan 2010 06:16:03 GMT; 31/Jan/2010:06:16:03 +0000; 31-Jan-2010
  String.raw`${WEEKDAY}(?<day>\d{1,2})(?<separator>[-/\s])${MONTH_NAME},?\k<separator>(?<year>\d{4})(?:(?:[t:]|,?\s+)${TIME_AND_ZONE})?`,
  // Jan 31, 2010, 6:16:03 AM; Sun Jan 31 2010 06:16:03 GMT+0000
  String.raw`${WEEKDAY}${MONTH_NAME}\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})(?:,?\s+(?:at\s+)?${TIME_AND_ZONE})?`,
  // Sun Jan 31 06:16:03 UTC 2010
  String.raw`${WEEKDAY}${MONTH_NAME}\s+(?<day>\d{1,2})\s+${TIME_AND_ZONE}\s+(?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`, 'i'));

/** After an offset, a name of the zone adds nothing: `+02:00[Europe/Berlin]`, `GMT+0200 (Central European Summer Time)`. */
const ZONE_NAME = /(?<=z|[+-]\d{2}:?\d{2})\s*(?:\[[\w/+-]+\]|\([^()]*\))$/i;
const SWAPPABLE = /^\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})\b/;
const NAMED_ZONE = /\d\s*\[?(?:[a-z]{2,5}|[a-z]+\/[\w/]+)\]?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTHS_IN_FULL =
  /^(?:january|february|march|april|may|june|july|august|september|sept|october|november|december|[a-z]{3})$/;
/** A longer text is no time. It bounds the work of the expressions. */
const LENGTH_MAX = 100;
/** What ISO 8601 takes here. */
const FRACTION_DIGITS = 9;

export function isoOf(written: string): IsoText {
  if (written.length > LENGTH_MAX) return { ok: false, got: 'got a string that is not one' };
  const text = written.replace(ZONE_NAME, '');
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return assemble(groups);
  }
  return { ok: false, got: reasonOf(text) };
}

function reasonOf(text: string): string {
  if (SWAPPABLE.test(text)) {
    return 'got a date whose day and month could be swapped, or whose year has two digits; write the year first';
  }
  if (/^\d{4}/.test(text) && NAMED_ZONE.test(text)) {
    return 'got a time zone by its name, which may mean several; write its offset, such as +01:00';
  }
  return 'got a string that is not one';
}

type Groups = Readonly<Partial<Record<string, string>>>;

function assemble(groups: Groups): IsoText {
  const month = monthOf(groups['month'] ?? '');
  const hour = hourOf(groups['hour'], groups['half']);
  if (month === undefined || hour === undefined) {
    return { ok: false, got: 'got a date or time of day that does not exist' };
  }
  const date = `${groups['year']}-${month}-${two(groups['day'])}`;
  if (groups['hour'] === undefined) return { ok: true, text: date };
  const fraction = groups['fraction'] === undefined ? '' : `.${groups['fraction'].slice(0, FRACTION_DIGITS)}`;
  return {
    ok: true,
    text: `${date}T${hour}:${two(groups['minute'])}:${two(groups['second'])}${fraction}${offsetOf(groups)}`,
  };
}

/** Two digits, or undefined for a word that is no month. */
function monthOf(text: string): string | undefined {
  if (/^\d/.test(text)) return two(text);
  const name = text.toLowerCase();
  const index = MONTHS_IN_FULL.test(name) ? MONTHS.indexOf(name.slice(0, 3)) : -1;
  return index === -1 ? undefined : two(String(index + 1));
}

/** Two digits, or undefined for an hour that the clock with am and pm does not have. */
function hourOf(text: string | undefined, half: string | undefined): string | undefined {
  if (half === undefined) return two(text);
  const hour = Number(text);
  if (hour < 1 || hour > 12) return undefined;
  return two(String((hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)));
}

const offsetOf = ({ sign, offset, minutes }: Groups): string =>
  sign === undefined ? 'Z' : `${sign}${two(offset)}:${two(minutes)}`;

const two = (text: string | undefined): string => (text ?? '').padStart(2, '0');
