// `npm run bench -- credit [SEEDS]`: how often a planted harmful and a planted helpful sentence are both ranked rightly among
// eight by leaving out, against how much the judge scatters and how many calls it may take. Agent and judge are a scripted
// server on loopback; the scatter follows from each request's seed, so that the table comes out the same on every machine.
import { mean } from '../../src/backend/camp/standings.ts';
import { measurePlanted, startPlantedServer } from '../support/camp/plantedPrompt.ts';
import { writeResult } from './importParts/bench.ts';

const seeds = Number(process.argv[2] ?? 10);
const rows: { deviation: number; budget: number; right: number; seeds: number; calls: number }[] = [];
for (const deviation of [0.5, 1, 1.5, 2]) {
  const server = await startPlantedServer({ deviation, points: 3 });
  try {
    for (const budget of [40, 80, 120]) {
      const measured: Awaited<ReturnType<typeof measurePlanted>>[] = [];
      for (let seed = 0; seed < seeds; seed++) measured.push(await measurePlanted(server, { seed, maxCalls: budget }));
      rows.push({ deviation, budget, right: measured.filter(({ isRight }) => isRight).length, seeds, calls: mean(measured.map(({ calls }) => calls)) ?? 0 });
    }
  } finally {
    await server.close();
  }
}
console.table(rows.map(({ deviation, budget, right, calls }) => ({ 'judge scatters by': deviation, 'calls at most': budget, 'calls taken': calls, 'ranked rightly': `${String(right)} of ${String(seeds)}` })));
writeResult('credit', { rows });
