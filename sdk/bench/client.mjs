/** The measured process: our SDK and the capture loop. Latencies go into histograms, which do not grow. */
import { createHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { answerCalls } from './answer-calls.mjs';
import { createBench } from './peers-adapter.mjs';

const NAMES = ['product_viewed', 'product_added_to_cart', 'checkout_started', 'order_completed'];
const MB = 2 ** 20;

let client;
let captured = 0;
let cpuFrom = process.cpuUsage();
const calls = createHistogram();
const loopDelay = monitorEventLoopDelay({ resolution: 1 });

/** 15 attributes of a shop, about 330 bytes as JSON: the payload of the comparing bench. */
function attributesOf(number) {
  return {
    bench_id: number,
    order_id: `ord_${1_000_000_000 + number}`,
    product_id: `sku-${number % 5_000}`,
    product_name: 'Wholegrain rye bread, sliced, 500 g',
    category: 'bakery/bread',
    price: 3.5 + (number % 100) / 10,
    quantity: 1 + (number % 3),
    currency: 'EUR',
    cart_total: 15 + (number % 1_000) / 10,
    coupon: number % 7 === 0 ? 'WINTER10' : null,
    shipping_method: 'pickup',
    payment: 'card',
    page: '/shop/bread/wholegrain-rye-bread',
    locale: 'nb-NO',
    in_stock: true,
  };
}

function captureOne() {
  const attributes = attributesOf(captured);
  const startedMs = performance.now();
  client.capture(captured, `user-${captured % 10_000}`, NAMES[captured % NAMES.length], attributes);
  calls.record(Math.max(1, Math.round((performance.now() - startedMs) * 1e6)));
  captured += 1;
}

/** Numbers since the last lap. */
function lap() {
  const figures = {
    captured,
    rssMb: process.memoryUsage.rss() / MB,
    p50Us: calls.percentile(50) / 1e3,
    p99Us: calls.percentile(99) / 1e3,
    maxUs: calls.max / 1e3,
    loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
  };
  calls.reset();
  loopDelay.reset();
  return figures;
}

answerCalls({
  open: ({ url, dir }) => {
    client = createBench({ url, dir });
    return { rssMb: process.memoryUsage.rss() / MB };
  },
  /** `rate`: events a second. Without it, `perTurn` events in each turn of the event loop, as fast as they go. */
  capture: async ({ n, rate, perTurn }) => {
    loopDelay.enable();
    cpuFrom = process.cpuUsage();
    const startedMs = performance.now();
    const due = () => (rate === undefined ? captured + perTurn : ((performance.now() - startedMs) / 1_000) * rate);
    while (captured < n) {
      const until = Math.min(n, due());
      while (captured < until) captureOne();
      await (rate === undefined ? nextTurn() : pause(5));
    }
    return { wallMs: performance.now() - startedMs };
  },
  lap,
  /** Waits at most `flushMs` for delivery, then shuts down. */
  finish: async ({ flushMs }) => {
    await Promise.race([client.flush(), pause(flushMs, undefined, { ref: false })]);
    const result = await client.shutdown();
    const { user, system } = process.cpuUsage(cpuFrom);
    return { result, cpuUs: user + system, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
  },
});
