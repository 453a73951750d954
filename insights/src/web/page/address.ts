/** The query string in the browser's address bar. */
export interface Address {
  /** Empty, or with its question mark. */
  read(): string;
  /** Adds a history entry, so that the back button returns to the query before. `search` has no question mark. */
  push(search: string): void;
  /** Calls back when the back or the forward button changes the address. */
  onChange(listener: () => void): void;
}

export const browserAddress: Address = {
  read: () => location.search,
  push: (search) => history.pushState(null, '', search === '' ? location.pathname : `?${search}`),
  onChange: (listener) => addEventListener('popstate', listener),
};
