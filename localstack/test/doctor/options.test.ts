import { describe, expect, it } from 'vitest';
import { parseDoctorOptions } from '../../doctor/options.ts';

const AWS = ['--aws', '--region', 'eu-north-1', '--database', 'dev', '--bucket', 'b', '--copy-role'];
const ARN = 'arn:aws:iam::123456789012:role/copy';

describe('the options of the doctor', () => {
  it('ask the stand-in without any', () => {
    expect(parseDoctorOptions([])).toEqual({
      kind: 'run',
      where: { kind: 'stand_in' },
      record: undefined,
      isJson: false,
    });
    expect(parseDoctorOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    ['a workgroup', ['--workgroup', 'w'], { workgroup: 'w', database: 'dev' }],
    ['a workgroup with a secret', ['--workgroup', 'w', '--secret-arn', 's'], { workgroup: 'w', secretArn: 's' }],
    ['a cluster with a user', ['--cluster', 'c', '--db-user', 'u'], { cluster: 'c', dbUser: 'u' }],
    ['a cluster with a secret', ['--cluster', 'c', '--secret-arn', 's'], { cluster: 'c', secretArn: 's' }],
  ])('name %s', (_, more, address) => {
    expect(parseDoctorOptions([...AWS, ARN, ...more])).toMatchObject({
      where: { kind: 'aws', region: 'eu-north-1', address, copyRole: ARN, roles: [], isConfirmed: false },
    });
  });

  it('name the roles of functions', () => {
    expect(
      parseDoctorOptions([...AWS, ARN, '--workgroup', 'w', '--as', 'loader=p1', '--as', 'merge=p2', '--yes']),
    ).toMatchObject({
      where: {
        roles: [
          { role: 'loader', profile: 'p1' },
          { role: 'merge', profile: 'p2' },
        ],
        isConfirmed: true,
      },
    });
  });

  it.each([
    [['--workgroup', 'w'], 'Expected --aws together with --workgroup'],
    [['--yes'], 'Expected --aws together with --yes'],
    [['--aws'], 'Expected --region, --database, --bucket, --copy-role together with --aws.'],
    [[...AWS, 'role', '--workgroup', 'w'], 'Expected --copy-role to be the ARN of a role'],
    [[...AWS, ARN], 'Expected one of --workgroup and --cluster.'],
    [[...AWS, ARN, '--workgroup', 'w', '--cluster', 'c'], 'Expected one of --workgroup and --cluster.'],
    [[...AWS, ARN, '--workgroup', 'w', '--db-user', 'u'], 'Expected --db-user only with --cluster'],
    [[...AWS, ARN, '--cluster', 'c'], 'Expected one of --db-user and --secret-arn'],
    [
      [...AWS, ARN, '--cluster', 'c', '--db-user', 'u', '--secret-arn', 's'],
      'Expected one of --db-user and --secret-arn',
    ],
    [[...AWS, ARN, '--cluster', 'c', '--db-user', 'u', '--as', 'loader=p'], 'Expected --as only with --workgroup'],
    [[...AWS, ARN, '--workgroup', 'w', '--as', 'loader'], 'Expected --as to be FUNCTION=PROFILE'],
    [[...AWS, ARN, '--workgroup', 'w', '--as', 'ingest=p'], 'with a function of loader, merge, insights, got ingest=p'],
    [['--absent'], "Unknown option '--absent'."],
  ])('refuse %j', (args, message) => {
    expect(() => parseDoctorOptions(args)).toThrow(message);
  });
});
