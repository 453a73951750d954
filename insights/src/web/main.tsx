/** Wires the states of the page to the browser and renders it. */
import { render } from 'preact';
import { browserAddress } from './page/address.ts';
import { App } from './page/app.tsx';
import { getJson } from './page/get-json.ts';
import { createPageState } from './page/page-state.ts';
import { pollWhileVisible } from './page/poll.ts';
import { createSeriesState } from './series/series-state.ts';
import { SeriesView } from './series/series-view.tsx';

const root = document.getElementById('app');
if (root !== null) {
  const page = createPageState({ getJson, poll: pollWhileVisible });
  const series = createSeriesState({ getJson, address: browserAddress, loadEvents: page.loadEvents });
  series.start();
  page.start(series);
  render(
    <App page={page}>
      <SeriesView state={series} events={page.events} />
    </App>,
    root,
  );
}
