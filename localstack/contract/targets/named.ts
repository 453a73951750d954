/** A target that this process does not start, and its existing resources. */
import type { Names } from '../options.ts';
import type { Target } from '../target.ts';

/** `endpoint` undefined: AWS itself. A resource is omitted when one of its names is missing. */
export function namedTarget(name: string, endpoint: string | undefined, names: Names): Target {
  const { stream, plainStream, deliveryBucket, workgroup, database, copyRole, schedule, probe, slow, httpApi } = names;
  const hasStreams = stream !== undefined && plainStream !== undefined && deliveryBucket !== undefined;
  const hasWarehouse = workgroup !== undefined && database !== undefined && copyRole !== undefined;
  const hasFunctions = probe !== undefined && slow !== undefined;
  return {
    name,
    endpoint,
    ...(hasStreams ? { firehose: { stream, plainStream, bucket: deliveryBucket } } : {}),
    ...(hasWarehouse ? { warehouse: { workgroup, database, copyRole } } : {}),
    ...(schedule === undefined ? {} : { schedule: { name: schedule } }),
    ...(hasFunctions ? { functions: { probe, slow, scheduled: probe } } : {}),
    ...(httpApi === undefined ? {} : { httpApi }),
  };
}
