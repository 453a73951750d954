import { beforeAll, describe, expect, it } from 'vitest';
import { knownFor } from '../../contract/differences/all.ts';
import { type Judged, judge } from '../../contract/judge.ts';
import { SUITES } from '../../contract/suites.ts';
import { useOurs } from '../tools/ours-fixture.ts';

const ours = useOurs();

describe.each(SUITES)('the contract of $service, as AWS documents it or as an entry says', (suite) => {
  let judged: readonly Judged[];
  beforeAll(async () => {
    judged = judge(suite, await suite.run(ours.target), knownFor('ours', suite.service));
  });

  it.each(suite.cases.map(({ id, rule }) => [id, rule]))('%s: %s', (id) => {
    const verdict = judged.find((one) => one.id === id)?.verdict;

    expect(verdict).toSatisfy(isSameOrKnown, 'the same as documented, or as its entry says');
  });

  it('was judged case by case', () => {
    expect(judged).toHaveLength(suite.cases.length);
  });
});

const isSameOrKnown = (verdict: Judged['verdict'] | undefined): boolean =>
  verdict?.kind === 'same' || verdict?.kind === 'known';
