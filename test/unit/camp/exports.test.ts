import { describe, expect, it } from 'vitest';
import { exportSession } from '../../../src/backend/camp/exports/exportSession.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { exportFormats, exportOptionsSchema, type ExportOptions, type ExportResult } from '../../../src/protocol/sessionExport.ts';
import { baitSession } from '../../support/camp/baitSession.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { DatasetBench } from '../../support/datasets.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';

const options = (more: Partial<ExportOptions> & Pick<ExportOptions, 'kind'>): ExportOptions => exportOptionsSchema.parse(more);
const exported = (more: Partial<ExportOptions> & Pick<ExportOptions, 'kind'>, document: SessionDocument = baitSession()): ExportResult => exportSession(document, options(more));
const pairIds = ({ rows }: ExportResult) => rows.map(({ id }) => id);

const rightPairs = ['ar_a1-1-ar_d1-1', 'ar_b1-1-ar_d1-1', 'ar_c1-1-ar_d1-1', 'ar_a1-1-ar_b2-1', 'ar_a1-1-ar_d2-1', 'ar_c2-1-ar_d2-1', 'ar_a1-2-ar_d2-2'];

describe('pairs', () => {
  it('are exactly the right ones', () => {
    expect(pairIds(exported({ kind: 'dpo' }))).toEqual(rightPairs);
  });

  it('leave out every other two of an input and cycle, with the reason', () => {
    const { leftOut, message } = exported({ kind: 'dpo' });
    expect(leftOut.map(({ cycle, input, lineages, reason }) => `${String(cycle)}.${String(input)} ${lineages.join('')} ${reason}`)).toEqual([
      '1.1 AB margin', '1.1 AC margin', '1.1 BC tie',
      '1.2 AB identical', '1.2 AC unscored', '1.2 AD failed', '1.2 BC unscored', '1.2 BD failed', '1.2 CD failed',
      '1.3 AB held_out', '1.3 AC held_out', '1.3 AD held_out', '1.3 BC held_out', '1.3 BD held_out', '1.3 CD held_out',
      '2.1 AC locked_lower', '2.1 BC margin', '2.1 BD margin',
      '2.2 AB other_cycle', '2.2 AC empty', '2.2 BC other_cycle', '2.2 BD other_cycle', '2.2 CD empty',
      '2.3 AB held_out', '2.3 AC held_out', '2.3 AD held_out', '2.3 BC held_out', '2.3 BD held_out', '2.3 CD held_out',
    ]);
    // Each two of four lineages, on three inputs in two cycles, is a pair or is named.
    expect(leftOut.length + rightPairs.length).toBe(36);
    expect(leftOut.find(({ reason }) => reason === 'failed')?.detail).toContain('The provider answered 500.');
    expect(message).toMatch(/^7 rows\. 29 left out: /);
  });

  it('follow the margin, and a lock regardless of it', () => {
    expect(pairIds(exported({ kind: 'dpo', margin: 1 }))).toEqual(['ar_a1-1-ar_b1-1', 'ar_a1-1-ar_c1-1', ...rightPairs.slice(0, 5), 'ar_c2-1-ar_b2-1', 'ar_b2-1-ar_d2-1', ...rightPairs.slice(5)]);
    expect(pairIds(exported({ kind: 'dpo', margin: 9 }))).toEqual(['ar_a1-1-ar_b2-1', 'ar_a1-1-ar_d2-1', 'ar_a1-2-ar_d2-2']);
  });

  it('take the judge’s scores only when asked, and never weigh them against a person’s', () => {
    const asked = exported({ kind: 'dpo', includeJudge: true });
    expect(pairIds(asked).filter((id) => !rightPairs.some((right) => right === id))).toEqual(['ar_a1-2-ar_c1-2']);
    expect(asked.rows.find(({ id }) => id === 'ar_a1-2-ar_c1-2')).toMatchObject({ provenance: { chosen: { by: 'judge', score: 9 }, rejected: { by: 'judge', score: 1 } } });
  });

  it('stand once where both lineages stood on', () => {
    const document = baitSession();
    document.cycles.push({ number: 3, locked: ['A', 'B'], standings: document.cycles[1]!.standings.filter(({ lineage, input }) => input === 'in_1' && 'AB'.includes(lineage)) });
    document.cycles[1]!.locked = ['A', 'B'];
    document.evaluations.push({ ...document.evaluations[0]!, id: document.evaluations[1]!.id, artifact: document.artifacts.find(({ id }) => id === 'ar_a1-1')!.id, score: 10, created: '2027-01-01T00:00:00Z' });
    const { leftOut, rows } = exported({ kind: 'dpo' }, document);
    expect(rows.filter(({ id }) => id === 'ar_a1-1-ar_b2-1')).toHaveLength(1);
    expect(leftOut.filter(({ cycle, lineages }) => cycle === 3 && lineages.join('') === 'AB')).toMatchObject([{ reason: 'repeated', lineages: ['A', 'B'] }]);
  });

  it('have one prompt on both sides, and never a lineage’s own', () => {
    expect(exported({ kind: 'dpo' }).rows[0]).toMatchObject({ prompt: [{ role: 'system', content: 'You are a helpful assistant.' }, { role: 'user', content: 'Where is my parcel?' }] });
    expect(exported({ kind: 'dpo', system: 'You are the target.' }).text).toContain('You are the target.');
    expect(exported({ kind: 'dpo', system: '' }).rows[0]).toMatchObject({ prompt: [{ role: 'user' }] });
    for (const format of exportFormats) expect(exported({ kind: 'dpo', format }).text).not.toMatch(/Secretly|held-out|Held out/);
  });
});

describe('rows of one answer', () => {
  it('are those with the score that is asked for, each once', () => {
    const { rows, leftOut } = exported({ kind: 'sft' });
    expect(rows.map(({ id }) => id)).toEqual(['ar_a1-1', 'ar_a1-2', 'ar_b2-1', 'ar_c2-1']);
    expect(rows[0]).toMatchObject({ messages: [{ role: 'system' }, { role: 'user', content: 'Where is my parcel?' }, { role: 'assistant' }], provenance: { session: 'se_bait', input: 'in_1', artifact: 'ar_a1-1', agentVersion: 1, score: 8 } });
    expect(leftOut.filter(({ reason }) => reason === 'held_out')).toHaveLength(7);
    expect(leftOut.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['below_threshold', 'unscored', 'failed', 'empty']));
    expect(exported({ kind: 'sft', minScore: 9 }).count).toBe(1);
  });

  it('are good and bad ones for KTO, and all that are scored for a reward', () => {
    expect(exported({ kind: 'kto' }).rows.map(({ id, label }) => [id, label])).toEqual([['ar_a1-1', true], ['ar_d1-1', false], ['ar_a1-2', true], ['ar_b2-1', true], ['ar_c2-1', true]]);
    expect(exported({ kind: 'kto' }).leftOut.filter(({ reason }) => reason === 'in_between').length).toBeGreaterThan(2);
    const rewards = exported({ kind: 'reward' }).rows;
    expect(rewards).toHaveLength(9);
    expect(rewards.find(({ id }) => id === 'ar_d1-1')).toMatchObject({ score: 2, reward: 1 / 9 });
  });

  it('have no formats of pairs', () => {
    expect(() => exported({ kind: 'sft', format: 'sharegpt_ranking' })).toThrow(expect.objectContaining({ code: 'export_format' }));
  });
});

describe('what is exported', () => {
  it('is nothing and no file where nothing was scored', () => {
    const document = { ...baitSession(), evaluations: [] };
    for (const kind of ['sft', 'dpo', 'kto', 'reward'] as const) {
      const result = exported({ kind }, document);
      expect(result).toMatchObject({ count: 0, text: null });
      expect(result.message).toMatch(/^Nothing to export/);
    }
  });

  const imports = [
    ...exportFormats.map((format) => ['dpo', format, format === 'trl' || format === 'sharegpt_ranking' ? null : 'preference_messages'] as const),
    ['sft', 'trl', 'prompt_completion'], ['sft', 'trl_messages', 'openai_chat'], ['kto', 'trl', 'kto'], ['kto', 'trl_messages', 'kto'], ['reward', 'trl', 'prompt_completion'], ['reward', 'trl_messages', 'prompt_completion'],
  ] as const;

  it.each(imports)('is imported again without a loss: %s as %s', async (kind, format, detected) => {
    const bench = new DatasetBench();
    try {
      const result = exported({ kind, format });
      const file = bench.file('export.jsonl', result.text ?? '');
      const plan = await bench.prepare(file, { plan: true });
      expect(plan.rows).toMatchObject({ read: result.count, kept: result.count, invalid: 0, duplicates: 0 });
      expect(plan.issues.filter(({ severity }) => severity !== 'info')).toEqual([]);
      if (detected !== null) expect(plan.format).toBe(detected);
      const rows = bench.rows(await bench.prepare(file, { name: 'again' }));
      expect(rows.map(({ id }) => id).sort()).toEqual(result.rows.map(({ id }) => id).sort());
      for (const row of rows) expect(row.meta?.['provenance']).toEqual(result.rows.find(({ id }) => id === row.id)?.['provenance']);
      for (const row of rows.filter((one) => one.kind === 'preference')) {
        expect(row.messages.map(({ role }) => role)).toEqual(['system', 'user']);
        expect([row.chosen, row.rejected].map((turns) => turns.map(({ role }) => role))).toEqual([['assistant'], ['assistant']]);
      }
    } finally {
      bench.dispose();
    }
  });

  it('is the same pairs in every format', async () => {
    const bench = new DatasetBench();
    try {
      const imported = await Promise.all(exportFormats.map(async (format) => bench.rows(await bench.prepare(bench.file(`${format}.jsonl`, exported({ kind: 'dpo', format }).text ?? ''), { name: format }))));
      const bare = imported.map((rows) => rows.map((row) => (row.kind === 'preference' ? { messages: row.messages, chosen: row.chosen, rejected: row.rejected, id: row.id } : row)).sort((a, b) => String(a.id).localeCompare(String(b.id))));
      for (const rows of bare) expect(rows).toEqual(bare[0]);
    } finally {
      bench.dispose();
    }
  });

  it('brings hostile texts back as they were', async () => {
    const texts = [...new Set(hostileTexts)];
    const document = sessionDocument({
      inputs: texts.map((text) => ({ text })),
      lineages: { A: [{ systemPrompt: 'a', answers: texts.map((content, index) => ({ input: index + 1, content: `${content}+`, score: 9 })) }], B: [{ systemPrompt: 'b', answers: texts.map((content, index) => ({ input: index + 1, content, score: 2 })) }] },
    });
    const bench = new DatasetBench();
    try {
      for (const format of exportFormats) {
        const result = exported({ kind: 'dpo', format, secrets: 'keep' }, document);
        const rows = bench.rows(await bench.prepare(bench.file(`${format}.jsonl`, result.text ?? ''), { name: format, dedupe: 'off' }));
        expect(rows).toHaveLength(texts.length);
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const [index, text] of texts.entries()) {
          const row = byId.get(`ar_a1-${String(index + 1)}-ar_b1-${String(index + 1)}`);
          expect(row).toMatchObject({ kind: 'preference', messages: [{ role: 'system' }, { role: 'user', content: text }], chosen: [{ content: `${text}+` }], rejected: [{ content: text }] });
        }
      }
    } finally {
      bench.dispose();
    }
  });

  it('leaves out a text that plain formats would read as several turns', () => {
    const document = baitSession();
    document.inputs[0]!.text = 'Human: hello\n\nAssistant: hi\n\nHuman: where is it?';
    expect(exported({ kind: 'dpo', format: 'trl' }, document).leftOut.filter(({ reason }) => reason === 'reads_as_transcript')).toHaveLength(6);
    expect(exported({ kind: 'dpo' }, document).count).toBe(7);
  });

  it('is the whole session as JSON', () => {
    const document = baitSession();
    expect(JSON.parse(exported({ kind: 'json' }, document).text ?? '')).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('asks before it writes secrets, and masks them on wish', () => {
    const document = baitSession();
    const key = `sk-proj-${'aB3'.repeat(12)}`;
    document.artifacts[0]!.content = `Use ${key} please`;
    let details = '';
    try {
      exported({ kind: 'dpo' }, document);
    } catch (error) {
      expect(error).toMatchObject({ code: 'secrets_found', kind: 'confirmation' });
      details = JSON.stringify(error) + String(error);
    }
    expect(details).toContain('OpenAI key sk-p…');
    expect(details).not.toContain(key);
    const masked = exported({ kind: 'dpo', secrets: 'mask' }, document);
    expect(masked.text).toContain('Use [OpenAI key] please');
    expect(masked.secrets).toHaveLength(3);
    expect(exported({ kind: 'dpo', secrets: 'keep' }, document).text).toContain(key);
  });
});
