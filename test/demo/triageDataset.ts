import { components, platforms, severities, type Wording } from './triagePhrases.ts';

const systemPrompt = 'Triage the bug report as JSON with keys component, severity, platform, version.';

export type TriageSplit = 'train' | 'validation' | 'test';

export interface TriageRow {
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
}

const sizes: [TriageSplit, number][] = [['train', 240], ['validation', 24], ['test', 48]];
const seed = 11;

/** The rows of CodeAgents/datasets/triage, by split: the same on every machine, and no report twice. */
export function triageRows(): Record<TriageSplit, TriageRow[]> {
  const random = generator(seed);
  const seen = new Set<string>();
  const rows: Record<TriageSplit, TriageRow[]> = { train: [], validation: [], test: [] };
  for (const [split, size] of sizes) {
    while (rows[split].length < size) {
      const row = makeRow(random, split);
      const report = row.messages[1]?.content ?? '';
      if (!seen.has(report)) rows[split].push(row);
      seen.add(report);
    }
  }
  return rows;
}

/** One JSON object per line. */
export function asJsonLines(rows: TriageRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

type Random = (below: number) => number;

function makeRow(random: Random, split: TriageSplit): TriageRow {
  const words = (table: Record<string, Wording>) => {
    const label = pick(random, Object.keys(table));
    const wording = table[label] ?? { train: [], test: [] };
    return { label, phrase: pick(random, split === 'test' ? wording.test : wording.train) };
  };
  const component = words(components);
  const severity = words(severities);
  const platform = words(platforms);
  const version = random(10) < 6 ? `${1 + random(9)}.${random(10)}.${random(21)}` : null;
  const release = version === null ? '' : pick(random, [` since ${version}`, ` (v${version})`, `, version ${version}`]);
  const where = platform.phrase === '' ? '' : ` ${platform.phrase}`;
  const core = `${component.phrase} ${severity.phrase}`;
  const report = pick(random, [`${core}${where}${release}`, `${where} ${core}${release}`.trim(), `Hi, ${core}${where}${release}, please help`]);
  const answer = { component: component.label, severity: severity.label, platform: platform.label, version };
  return {
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: report.charAt(0).toUpperCase() + report.slice(1) },
      { role: 'assistant', content: JSON.stringify(answer) },
    ],
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** SplitMix32: small, and the same everywhere. */
function generator(start: number): Random {
  let state = start | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}
