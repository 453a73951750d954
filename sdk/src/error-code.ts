/** For example ENOENT. Empty when the error has no code. By shape, because an error may come from another realm. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
