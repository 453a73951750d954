/**
 * Reads a date in one of the three forms of HTTP (RFC 9110, section 5.6.7). Pure. `Date.parse` takes far more: a
 * number, a local time, a year alone.
 */
import { RealDate } from '@dataloaf/core/values/real-date';

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/;
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<shortYear>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/;
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>\d\d| \d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/;
const FORMS = [IMF_FIXDATE, RFC_850, ASCTIME];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A year of two digits that seems further ahead than this is of the last century (RFC 9110). */
const SHORT_YEARS_AHEAD_MAX = 50;

/** Milliseconds in UTC. Undefined when the text is not such a date, or names a day or time that does not exist. */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const { day = '', month = '', year, shortYear = '', time = '' } = parts;
  const wholeYear = year === undefined ? longYear(Number(shortYear), nowMs) : Number(year);
  const monthIndex = MONTHS.indexOf(month);
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const isTime = hours < 24 && minutes < 60 && seconds <= 60;
  // Zero as the day of the next month is the last day of this one.
  const lastDay = new RealDate(RealDate.UTC(wholeYear, monthIndex + 1, 0)).getUTCDate();
  const isDay = monthIndex >= 0 && Number(day) >= 1 && Number(day) <= lastDay;
  return isTime && isDay ? RealDate.UTC(wholeYear, monthIndex, Number(day), hours, minutes, seconds) : undefined;
}

function longYear(shortYear: number, nowMs: number): number {
  const thisYear = new RealDate(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + shortYear;
  return year > thisYear + SHORT_YEARS_AHEAD_MAX ? year - 100 : year;
}
