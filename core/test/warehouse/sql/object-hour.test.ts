import { firstHourOf, hourOfUri } from '@dataloaf/core/warehouse/sql/object-hour';
import { describe, expect, it } from 'vitest';

describe('the hour of an object', () => {
  it.each([
    ['s3://dl-events/data/v1/events/dt=2026-11-22/hr=06/a.gz', 2_026_112_206],
    ['s3://dl-users/data/v1/users/dt=0001-01-01/hr=00/a', 1_010_100],
    // Not a date, and still in its place in the order of the addresses.
    ['s3://b/data/v1/events/dt=2026-99-99/hr=99/a', 2_026_999_999],
    ['s3://b/data/v1/events/dt=2026-11-22/hr=6/a', -1],
    ['s3://b/data/v1/events/a.gz', -1],
    ['s3://b/direct/dt=2026-11-22/hr=06/a', -1],
    ['', -1],
  ])('of %s is %i', (uri, hour) => {
    expect(hourOfUri(uri)).toBe(hour);
  });

  it('of several is the first one, and of one without an hour before all others', () => {
    const uris = [7, 6, 8].map((hour) => `s3://b/data/v1/events/dt=2026-11-22/hr=0${hour}/a`);

    expect(firstHourOf(uris)).toBe(2_026_112_206);
    expect(firstHourOf([...uris, 's3://b/data/v1/events/by-hand.gz'])).toBe(-1);
  });
});
