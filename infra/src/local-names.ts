/** Names inside the local stack, where no account gives them. */

/** Prefix of its buckets and streams. */
export const LOCAL_NAME = 'dataloaf-local';
export const LOCAL_WORKGROUP = 'dataloaf-local';
export const LOCAL_DATABASE = 'dataloaf';
