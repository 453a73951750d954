/**
 * What a SUPER cannot hold (AWS documentation, "Limitations" of SUPER and "Numeric types"): Postgres' jsonb can, so it is
 * checked here. A scan runs only where the text may break a limit.
 */
import { parseJson } from './json-objects.ts';
import type { LoadErrorKind } from './load-error.ts';

const DEPTH_MAX = 1_000;
const STRING_BYTES_MAX = 65_535;
/** FLOAT8 is "around 1E-307 to 1E+308". */
const FLOAT8_MIN = 1e-307;

/** Undefined when nothing is wrong. `raw` is valid JSON. */
export function superProblem(raw: string): LoadErrorKind | undefined {
  if (raw.length > STRING_BYTES_MAX / 3 && hasLongString(raw)) return 'too_long';
  if (raw.length > DEPTH_MAX && depthOf(raw) > DEPTH_MAX) return 'bad_super';
  return MAYBE_EXTREME.test(raw) && numbersOf(raw).some((number) => !isFloat8(number)) ? 'bad_super' : undefined;
}

/** Zero, or a magnitude that FLOAT8 has. `text` is a JSON number. */
export function isFloat8(text: string): boolean {
  const magnitude = Math.abs(Number(text));
  // A number below the smallest double becomes 0, which its digits then contradict.
  if (magnitude === 0) return !/[1-9]/.test(text.split(/[eE]/, 1)[0] ?? '');
  return magnitude >= FLOAT8_MIN && Number.isFinite(magnitude);
}

/** An exponent of three digits, or as many digits. */
const MAYBE_EXTREME = /[eE][-+]?\d{3}|\d{300}/;
const TOKEN = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[[{\]}]/gs;

const tokensOf = (raw: string): readonly string[] => raw.match(TOKEN) ?? [];
const isString = (token: string): boolean => token.startsWith('"');
const numbersOf = (raw: string): readonly string[] => tokensOf(raw).filter((token) => /^[-\d]/.test(token));

function depthOf(raw: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of tokensOf(raw)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

const hasLongString = (raw: string): boolean =>
  tokensOf(raw).some(
    (token) =>
      isString(token) &&
      token.length > STRING_BYTES_MAX / 3 &&
      Buffer.byteLength(String(parseJson(token))) > STRING_BYTES_MAX,
  );
