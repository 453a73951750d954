/** The published SDK, code and types, into `sdk/dist`: what `npm pack` and `npm publish` run first. */
import { fileURLToPath } from 'node:url';
import { stop } from 'esbuild';
import { bundleSdk } from './bundle-sdk.ts';
import { rollUpSdkTypes } from './sdk-types.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await bundleSdk(root);
await stop();
await rollUpSdkTypes(root);
