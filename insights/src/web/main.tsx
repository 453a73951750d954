/** Wires the states of the page to the browser and renders it. */
import { render } from 'preact';
import { Explore } from './explore/explore.tsx';
import { createExploreState } from './explore/explore-state.ts';
import { browserAddress } from './page/address.ts';
import { App } from './page/app.tsx';
import { getJson } from './page/get-json.ts';
import { createPageState } from './page/page-state.ts';
import { pollWhileVisible } from './page/poll.ts';

const root = document.getElementById('app');
if (root !== null) {
  const page = createPageState({ getJson, poll: pollWhileVisible });
  const explore = createExploreState({ getJson, address: browserAddress, loadEvents: page.loadEvents });
  explore.start();
  page.start(explore);
  render(
    <App page={page}>
      <Explore state={explore} events={page.events} />
    </App>,
    root,
  );
}
