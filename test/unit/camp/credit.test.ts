import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measurePlanted, startPlantedServer } from '../../support/camp/plantedPrompt.ts';
import type { ModelServer } from '../../support/modelServer/modelServer.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startPlantedServer({ deviation: 1, points: 3 });
});
afterAll(async () => {
  await server.close();
});

describe('credit by measurement', () => {
  it('ranks a planted harmful sentence first and a planted helpful one last, in nine of ten seeds at least, with a judge that scatters', async () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const measured = await Promise.all(seeds.map(async (seed) => await measurePlanted(server, { seed, maxCalls: 80 })));
    console.log(`credit: right in ${String(measured.filter(({ isRight }) => isRight).length)} of 10 seeds, calls ${measured.map(({ calls }) => calls).join(' ')}`);
    expect(measured.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(9);
    for (const { calls, segments } of measured) {
      expect(calls).toBeLessThanOrEqual(80);
      expect(segments.every(({ method }) => method === 'leave-one-out')).toBe(true);
    }
  });

  it('asks the same again for the same session, so that a journal can answer', async () => {
    const before = server.requests.length;
    await measurePlanted(server, { seed: 3, maxCalls: 40 });
    const first = server.requests.slice(before).map(({ body }) => JSON.stringify(body)).sort();
    await measurePlanted(server, { seed: 3, maxCalls: 40 });
    expect(server.requests.slice(before + first.length).map(({ body }) => JSON.stringify(body)).sort()).toEqual(first);
  });
});
