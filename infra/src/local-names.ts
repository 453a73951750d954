/**
 * Names inside the local stack, which has no account to name things. They are here because both the stack and the command
 * line need them, and neither may import the other.
 */

/** Prefix of the stack's buckets and streams. */
export const LOCAL_NAME = 'dataloaf-local';
export const LOCAL_WORKGROUP = 'dataloaf-local';
export const LOCAL_DATABASE = 'dataloaf';
/** Names the admin of the local warehouse, as the secret of Secrets Manager does on AWS. */
export const LOCAL_ADMIN_SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:dataloaf-local-admin';
