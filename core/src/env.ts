/**
 * Reads an environment once into a readonly object and reports all problems together. A folder's `env.ts` declares its
 * variables as a spec; infra builds the same variables from the spec's type, so that a forgotten one does not compile.
 */
import { ConfigError } from './errors.ts';

export interface Variable<Value> {
  /** One sentence: what it is, its unit and limits. */
  readonly about: string;
  parse(text: string): Value | undefined;
  /** What `parse` takes, for the error. */
  readonly expected: string;
  readonly fallback?: Value;
}

type EnvSpec = Readonly<Record<string, Variable<unknown>>>;
export type EnvOf<Spec extends EnvSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Variable<infer Value> ? Value : never;
};
/** The variables as infra has to set them; those with a default may be left out. */
export type EnvVariables<Spec extends EnvSpec> = {
  readonly [Name in keyof Spec as Spec[Name] extends { readonly fallback: unknown } ? never : Name]: string;
} & { readonly [Name in keyof Spec]?: string };

export const textVariable = (about: string): Variable<string> => ({ about, parse: (text) => text, expected: 'a text' });

export const choiceVariable = <Choice extends string>(
  about: string,
  choices: readonly Choice[],
  fallback: Choice,
): Variable<Choice> & { readonly fallback: Choice } => ({
  about,
  parse: (text) => choices.find((choice) => choice === text),
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

/** @throws ConfigError that names every missing or wrong variable. */
export function readEnv<Spec extends EnvSpec>(
  spec: Spec,
  source: Readonly<Record<string, string | undefined>>,
): EnvOf<Spec> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, variable] of Object.entries(spec)) {
    const text = source[name];
    const value = text === undefined || text === '' ? variable.fallback : variable.parse(text);
    if (value === undefined) {
      problems.push(
        `${name}: expected ${variable.expected}, got ${text ? 'another text' : 'nothing'} (${variable.about})`,
      );
    }
    values[name] = value;
  }
  if (problems.length > 0) {
    throw new ConfigError('env_invalid', `The environment is incomplete. ${problems.join('; ')}.`, {
      hint: 'These variables are set by `dataloaf deploy` and by `npm run local`.',
    });
  }
  return values as EnvOf<Spec>;
}
