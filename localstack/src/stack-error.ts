import { DataLoafError } from '@dataloaf/core/errors';

/** The local stack cannot do what it was asked for: a port in use, a folder that is not its own, a description it cannot run. */
export class StackError extends DataLoafError {}
