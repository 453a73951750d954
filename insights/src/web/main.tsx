import { render } from 'preact';
import { App } from './app.tsx';
import { createStore } from './store.ts';

const root = document.getElementById('app');
if (root !== null) {
  const store = createStore();
  store.start();
  render(<App store={store} />, root);
}
