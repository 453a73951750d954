/** `npm run local`: the whole pipeline on this machine. `npm run local -- --help` lists the options. */
import { run } from './run.mjs';

run('localstack/src/local.ts', process.argv.slice(2));
