import { DataLoafError } from '@dataloaf/core/errors';

/** The stack cannot do what was requested: a port is in use, another stack holds the folder, or a resource is not supported. */
export class StackError extends DataLoafError {
  override readonly name = 'StackError';
}
