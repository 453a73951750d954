/**
 * Names inside the local stack, which has no account to name things. They are here because both the stack and the command
 * line need them, and neither may import the other.
 */

/** Prefix of the stack's buckets and streams. */
export const LOCAL_NAME = 'dataloaf-local';
export const LOCAL_WORKGROUP = 'dataloaf-local';
export const LOCAL_DATABASE = 'dataloaf';
