import { choiceVariable, integerVariable, readEnv, textVariable } from '@dataloaf/core/env';
import { expect, it } from 'vitest';

const SPEC = {
  BUCKET: textVariable('bucket'),
  STREAM: textVariable('stream'),
  LEVEL: choiceVariable('level', ['info', 'debug'], 'info'),
  PORT: integerVariable('port', { min: 0, max: 65_535, fallback: 8080 }),
};

it('reads values and defaults', () => {
  expect(readEnv(SPEC, { BUCKET: 'b', STREAM: 's', PORT: '1' })).toEqual({
    BUCKET: 'b',
    STREAM: 's',
    LEVEL: 'info',
    PORT: 1,
  });
});

it('ignores the case of a choice, and blanks around a value', () => {
  expect(readEnv(SPEC, { BUCKET: 'b\r', STREAM: ' s ', LEVEL: 'DEBUG\r\n', PORT: '  ' })).toEqual({
    BUCKET: 'b',
    STREAM: 's',
    LEVEL: 'debug',
    PORT: 8080,
  });
});

it('names every problem at once', () => {
  expect(() => readEnv(SPEC, { LEVEL: 'loud', PORT: '70000' })).toThrow(/BUCKET.*STREAM.*LEVEL.*PORT/);
});
