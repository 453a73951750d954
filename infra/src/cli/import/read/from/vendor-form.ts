/** How the export of a vendor is read: which field is what, and what becomes of the rest of a line. */

export const VENDORS = ['mixpanel', 'amplitude', 'posthog', 'segment', 'ga4'] as const;
export type Vendor = (typeof VENDORS)[number];

export type JsonObject = Readonly<Record<string, unknown>>;

/** Fields are dotted paths. Of several, the first that holds a value is taken; the others are read like any field. */
export interface VendorForm {
  readonly event: readonly string[];
  readonly user: readonly string[];
  readonly time: readonly string[];
  /** A line without a value in any of them gets an id from its content and its line, as without `--id`. */
  readonly id: readonly string[];
  /** The object whose members become attributes of their own. */
  readonly attributes: string;
  /** Fields of the vendor's own machinery. They become no attributes. */
  readonly dropped: readonly string[];
  /** What a person must know before they believe the result. */
  readonly note?: string;
  /** Brings the line into the form that the paths describe. Returns undefined for a line that is not an event. */
  readonly prepare?: (line: JsonObject) => JsonObject | undefined;
}
