/**
 * The class Date, as it is when this file is loaded. Tests of an application replace the global one, often by a function
 * that has no `parse` or `UTC`. Pure.
 */
export const RealDate = Date;
