/** Docker or a container of the stack does not do what the stack needs. The hint says what a person can do. */
import { DataLoafError } from '@dataloaf/core/errors';

export class ContainerError extends DataLoafError {}
