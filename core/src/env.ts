/**
 * Reads the environment once into a readonly object and reports all problems together. The `env.ts` of a folder declares
 * its variables as a spec. Infra builds the same variables from the spec's type, so that a missing one does not compile.
 */
import { ConfigError } from './errors.ts';

export interface Variable<Value> {
  /** What it is, with its unit and limits; errors show it. */
  readonly about: string;
  parse(text: string): Value | undefined;
  /** What `parse` accepts, for the error. */
  readonly expected: string;
  readonly fallback?: Value;
}

/** One value from several variables. Its name in the spec is no variable. */
export interface VariableGroup<Value> {
  /** `read` returns a variable, or the empty string when it is not set. A problem names the variables, never their values. */
  readGroup(read: (name: string) => string): { readonly value: Value } | { readonly problem: string };
}

type EnvSpec = Readonly<Record<string, Variable<unknown> | VariableGroup<unknown>>>;
export type EnvOf<Spec extends EnvSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends VariableGroup<infer Value>
    ? Value
    : Spec[Name] extends Variable<infer Value>
      ? Value
      : never;
};
type Single<Spec extends EnvSpec> = {
  readonly [Name in keyof Spec as Spec[Name] extends VariableGroup<unknown> ? never : Name]: Spec[Name];
};
/** The variables that infra sets, without groups. Those with a fallback are optional. */
export type EnvVariables<Spec extends EnvSpec> = {
  readonly [Name in keyof Single<Spec> as Single<Spec>[Name] extends { readonly fallback: unknown }
    ? never
    : Name]: string;
} & { readonly [Name in keyof Single<Spec>]?: string };

export const textVariable = (about: string): Variable<string> => ({
  about,
  parse: (text) => text,
  expected: 'a string',
});

/** The choices are in lower case; the variable may be in any. */
export const choiceVariable = <Choice extends string>(
  about: string,
  choices: readonly Choice[],
  fallback: Choice,
): Variable<Choice> & { readonly fallback: Choice } => ({
  about,
  parse: (text) => choices.find((choice) => choice === text.toLowerCase()),
  expected: `one of ${choices.join(', ')}`,
  fallback,
});

export const integerVariable = (
  about: string,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): Variable<number> & { readonly fallback: number } => ({
  about,
  parse(text) {
    const value = Number(text);
    return Number.isInteger(value) && value >= range.min && value <= range.max ? value : undefined;
  },
  expected: `a whole number from ${range.min} to ${range.max}`,
  fallback: range.fallback,
});

/** @throws ConfigError that lists every missing or invalid variable */
export function readEnv<Spec extends EnvSpec>(
  spec: Spec,
  source: Readonly<Record<string, string | undefined>>,
): EnvOf<Spec> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  // A file of variables may end its lines with CR.
  const read = (name: string): string => source[name]?.trim() ?? '';
  for (const [name, variable] of Object.entries(spec)) {
    const result = 'readGroup' in variable ? variable.readGroup(read) : readOne(name, variable, read(name));
    if ('problem' in result) problems.push(result.problem);
    else values[name] = result.value;
  }
  if (problems.length > 0) {
    throw new ConfigError('env_invalid', `The environment is incomplete or invalid. ${problems.join('; ')}.`, {
      hint: '`npm run local` sets these variables for its own processes.',
    });
  }
  return values as EnvOf<Spec>;
}

function readOne(name: string, variable: Variable<unknown>, text: string): { value: unknown } | { problem: string } {
  const value = text === '' ? variable.fallback : variable.parse(text);
  if (value !== undefined) return { value };
  const got = text === '' ? 'nothing' : 'another value';
  return { problem: `${name}: expected ${variable.expected}, got ${got} (${variable.about})` };
}
