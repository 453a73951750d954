/** The form of each vendor's export. `infra/docs/import-from.md` describes them field by field. */
import { AMPLITUDE } from './amplitude.ts';
import { GA4 } from './ga4.ts';
import { MIXPANEL } from './mixpanel.ts';
import { POSTHOG } from './posthog.ts';
import { SEGMENT } from './segment.ts';
import type { Vendor, VendorForm } from './vendor-form.ts';

export const VENDOR_FORMS: Readonly<Record<Vendor, VendorForm>> = {
  mixpanel: MIXPANEL,
  amplitude: AMPLITUDE,
  posthog: POSTHOG,
  segment: SEGMENT,
  ga4: GA4,
};
