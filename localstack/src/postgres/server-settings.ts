/** No fsync: data survives a SIGKILL but not a power cut (the stack then reloads from S3). Little memory: the server idles. */
export const SERVER_SETTINGS: readonly string[] = [
  'fsync=off',
  'full_page_writes=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'shared_buffers=64MB',
  'work_mem=16MB',
  'maintenance_work_mem=64MB',
  'max_connections=80',
  'max_wal_size=512MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'jit=off',
  // The client reports a failed statement. Its text may contain user data, so it stays out of the log.
  'log_min_error_statement=panic',
];
