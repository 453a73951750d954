import { describe, expect, it } from 'vitest';
import { ContractError } from '../../contract/contract-error.ts';
import { parseContractOptions } from '../../contract/options.ts';
import { SERVICES } from '../../contract/services.ts';

describe('the command', () => {
  it('runs everything on every target by default', () => {
    expect(parseContractOptions([])).toMatchObject({
      kind: 'run',
      services: SERVICES,
      where: {
        kind: 'targets',
        names: ['embedded', 'containers', 'localstack', 'moto'],
        parsers: ['sqlglot', 'sqlfluff'],
        isChosen: false,
      },
    });
  });

  it('takes an endpoint of this machine and some services', () => {
    expect(parseContractOptions(['--endpoint', 'http://localhost:4566/', '--service', 's3'])).toMatchObject({
      services: ['s3'],
      where: { kind: 'endpoint', url: 'http://localhost:4566' },
    });
  });

  it('runs the chosen targets and parsers alone', () => {
    expect(parseContractOptions(['--target', 'sqlglot', '--target', 'moto'])).toMatchObject({
      where: { kind: 'targets', names: ['moto'], parsers: ['sqlglot'], isChosen: true },
    });
  });

  it.each([
    'https://s3.us-east-1.amazonaws.com',
    'http://10.0.0.1:4566',
    'http://127.0.0.1.example.com',
    'http://user@example.com',
    'http://0.0.0.0:4566',
    '127.0.0.1:4566',
  ])('refuses %s, which is not surely this machine', (url) => {
    expect(() => parseContractOptions(['--endpoint', url])).toThrow(ContractError);
  });

  it.each([
    ['--service', 'dynamodb'],
    ['--target', 'aws'],
    ['--aws', '--endpoint', 'http://127.0.0.1:1'],
    ['--record', 'a', '--replay', 'a'],
    ['--endpoint', 'http://127.0.0.1:1', '--http-api', 'https://abc.execute-api.us-east-1.amazonaws.com'],
    ['--unknown'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseContractOptions(args)).toThrow(ContractError);
  });
});
