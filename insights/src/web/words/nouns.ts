/** What a number counts: `1 event`, `2 events`. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

export const nounFor = (noun: Noun, count: number): string => (count === 1 ? noun.one : noun.many);

export const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
