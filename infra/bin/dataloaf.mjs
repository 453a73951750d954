#!/usr/bin/env node
/** `dataloaf`: runs the command line from its sources. */
import { fileURLToPath } from 'node:url';
import { launch } from '../../tools/launch.mjs';

launch(fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)), process.argv.slice(2));
