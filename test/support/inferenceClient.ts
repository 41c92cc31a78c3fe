import { InferenceClient } from '../../src/backend/inference/client.ts';
import { inferenceHostEntry } from '../../src/backend/inference/hostEntry.ts';

/** A client whose host runs from source. Dispose it: a host that outlives its test fails the suite. */
export function testInferenceClient(idleMs = 600_000): InferenceClient {
  return new InferenceClient({ entry: inferenceHostEntry(), env: process.env, idleMs });
}
