/** Builds the published SDK, code and types, into `sdk/dist`. `npm pack` and `npm publish` run it first. */
import { fileURLToPath } from 'node:url';
import { stopBundler } from '../bundle/bundle-file.ts';
import { bundleSdk } from './bundle.ts';
import { rollUpSdkTypes } from './types.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await bundleSdk(root);
await stopBundler();
await rollUpSdkTypes(root);
