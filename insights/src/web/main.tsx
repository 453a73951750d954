import { render } from 'preact';
import { App } from './page/app.tsx';
import { createStore } from './series/series-state.ts';

const root = document.getElementById('app');
if (root !== null) {
  const store = createStore();
  store.start();
  render(<App store={store} />, root);
}
