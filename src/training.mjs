#!/usr/bin/env node
// The `training` command of a clone: prepares what is missing, then hands over to the command line in dist/.
import path from 'node:path';
import { prepareAndRun, root } from './bootstrap/prepare.mjs';

process.exitCode = await prepareAndRun([path.join(root, 'dist', 'cli.mjs'), ...process.argv.slice(2)]);
