import { DataLoafError } from '@dataloaf/core/errors';

/** The suite cannot run with these options. */
export class ContractError extends DataLoafError {
  override readonly name = 'ContractError';
}
