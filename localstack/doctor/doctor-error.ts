import { DataLoafError } from '@dataloaf/core/errors';

/** The doctor was started in a way that it cannot follow. */
export class DoctorError extends DataLoafError {
  override readonly name = 'DoctorError';
}
