/** Arithmetic over the series of a question: `A / B * 100`. */

export type Operator = '+' | '-' | '*' | '/';

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  /** Position of the series: 0 is A. */
  | { readonly kind: 'series'; readonly index: number }
  | { readonly kind: 'negative'; readonly of: Formula }
  | { readonly kind: 'operation'; readonly by: Operator; readonly left: Formula; readonly right: Formula };

/** Null when a value is missing, and for a division by 0. */
export function evaluate(formula: Formula, read: (index: number) => number | null): number | null {
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'series':
      return read(formula.index);
    case 'negative': {
      const value = evaluate(formula.of, read);
      return value === null ? null : -value;
    }
    case 'operation': {
      const left = evaluate(formula.left, read);
      const right = evaluate(formula.right, read);
      return left === null || right === null ? null : finite(apply(formula.by, left, right));
    }
  }
}

function apply(by: Operator, left: number, right: number): number {
  switch (by) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
