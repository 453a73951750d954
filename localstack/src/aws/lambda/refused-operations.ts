/** Names of the Lambda operations that are refused with a 501; requests do not carry them. */

/** By method and what follows the version in the path; `*` is the name of a function. */
const BY_METHOD_AND_TARGET: Readonly<Record<string, string>> = {
  'GET functions': 'ListFunctions',
  'POST functions': 'CreateFunction',
  'GET functions/*': 'GetFunction',
  'DELETE functions/*': 'DeleteFunction',
  'PUT functions/*/code': 'UpdateFunctionCode',
  'GET functions/*/configuration': 'GetFunctionConfiguration',
  'PUT functions/*/configuration': 'UpdateFunctionConfiguration',
  'GET functions/*/versions': 'ListVersionsByFunction',
  'POST functions/*/versions': 'PublishVersion',
  'GET functions/*/aliases': 'ListAliases',
  'POST functions/*/aliases': 'CreateAlias',
  'GET functions/*/policy': 'GetPolicy',
  'POST functions/*/policy': 'AddPermission',
  'GET event-source-mappings': 'ListEventSourceMappings',
  'POST event-source-mappings': 'CreateEventSourceMapping',
};

/** The name of the operation, or the request itself for rarer ones. */
export function refusedOperation(method: string, path: string): string {
  const [, , collection = '', name, ...rest] = path.split('/').filter((part, index) => index === 0 || part !== '');
  const target = [collection, ...(name === undefined ? [] : ['*', ...rest])].join('/');
  return BY_METHOD_AND_TARGET[`${method} ${target}`] ?? `${method} ${path}`;
}

/** Headers of an Invoke that change its meaning. */
export const REFUSED_HEADERS: readonly string[] = ['x-amz-client-context', 'x-amz-durable-execution-name'];
