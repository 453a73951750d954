/** The developer's environment (PGDATA, PGPORT, locales) does not reach the server. */
export const SERVER_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
