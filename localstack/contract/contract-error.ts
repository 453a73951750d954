import { DataLoafError } from '@dataloaf/core/errors';

/** The suite cannot be run as asked. */
export class ContractError extends DataLoafError {}
