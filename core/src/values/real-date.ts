/**
 * The class Date, as it is when this file is loaded. Tests of an application replace the global one, often by a function
 * that has no `parse` or `UTC`. If that happened before, a new realm still has a real one. Pure.
 */
import { runInNewContext } from 'node:vm';

const { now, parse, UTC } = Date;
const isWhole = [now, parse, UTC].every((method) => typeof method === 'function');

export const RealDate: DateConstructor = isWhole ? Date : runInNewContext('Date');
