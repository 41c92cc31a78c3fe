import { runKeyringProgram } from './program.ts';

runKeyringProgram(async () => await import('@napi-rs/keyring'));
