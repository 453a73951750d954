/** Docker, or a container of the stack, failed. The hint says what a person can do. */
import { DataLoafError } from '@dataloaf/core/errors';

export class ContainerError extends DataLoafError {
  override readonly name = 'ContainerError';
}
