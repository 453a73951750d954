/** Names of the Scheduler operations that are refused with a 501; requests do not carry them. */

const BY_METHOD_AND_TARGET: Readonly<Record<string, string>> = {
  'POST schedule': 'CreateSchedule',
  'PUT schedule': 'UpdateSchedule',
  'DELETE schedule': 'DeleteSchedule',
  'GET groups': 'ListScheduleGroups',
  'POST group': 'CreateScheduleGroup',
  'GET group': 'GetScheduleGroup',
  'DELETE group': 'DeleteScheduleGroup',
  'GET tags': 'ListTagsForResource',
  'POST tags': 'TagResource',
  'DELETE tags': 'UntagResource',
};

const ONE_OF: Readonly<Record<string, string>> = { schedules: 'schedule', 'schedule-groups': 'group', tags: 'tags' };

/** The name of the operation, or the request itself when it has none. */
export function refusedOperation(method: string, path: string): string {
  const [, collection = '', name] = path.split('/');
  const all = collection === 'schedule-groups' ? 'groups' : collection;
  return BY_METHOD_AND_TARGET[`${method} ${name === undefined ? all : ONE_OF[collection]}`] ?? `${method} ${path}`;
}
