/**
 * Globals as test environments replace them: those of jsdom, which are of another kind than Node's, fake timers, which
 * never fire, and a mocked Date. As source text, because they are also put into a realm of its own.
 */

/** Classes that Node's own functions refuse, timers without `unref`, no `setImmediate`. */
const JSDOM = `
  class EventTarget { addEventListener() {} removeEventListener() {} dispatchEvent() { return true; } }
  class AbortSignal extends EventTarget { aborted = false; }
  class AbortController { signal = new AbortSignal(); abort() { this.signal.aborted = true; } }
  class Event { constructor(type) { this.type = type; } }
  class URL { constructor() { throw new TypeError('Invalid URL'); } }
  class TextEncoder { encode() { return []; } }
  const strange = {
    EventTarget, AbortSignal, AbortController, Event, URL, TextEncoder, DOMException: class DOMException {},
    setTimeout: () => 1, clearTimeout() {}, setInterval: () => 2, clearInterval() {},
    setImmediate: undefined, clearImmediate: undefined, queueMicrotask: undefined, structuredClone: undefined,
    performance: { now: () => 0 }, Buffer: undefined,
  };`;

/** As a library does it that replaces the global timers, and a test that replaces the global Date by a function. */
const FAKE_TIMERS = `
  const never = () => ({ unref() { return this; }, ref() { return this; }, hasRef: () => true });
  const frozen = () => 0;
  const strange = {
    setTimeout: never, clearTimeout() {}, setInterval: never, clearInterval() {},
    setImmediate: never, clearImmediate() {}, queueMicrotask() {}, performance: { now: frozen },
  };`;

const MOCKED_DATE = `
  const RealDate = Date;
  const strange = { Date: function Date() { return new RealDate(0); } };`;

export const STRANGE_GLOBALS = {
  jsdom: JSDOM,
  'fake timers': FAKE_TIMERS,
  'a mocked Date': MOCKED_DATE,
} as const;

/** A statement that replaces them. */
export const replacing = (strange: string): string => `(() => { ${strange} Object.assign(globalThis, strange); })();`;
