import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareResultSchema } from '../../src/protocol/datasets.ts';
import { publicShapes, shapePath, shapesWithoutFormat } from '../support/publicShapes.ts';

vi.setConfig({ testTimeout: 120_000 });

const cli = path.join(import.meta.dirname, '../../dist/cli.mjs');
let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'training-camp-shapes-'));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function plan(file: string): Promise<{ code: number; document: unknown }> {
  const args = [cli, 'prepare', shapePath(file), '--plan', '--json', '--quiet', '--workspace', workspace];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return { code: 0, document: JSON.parse(stdout) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error)) throw error;
    return { code: Number(error.code), document: JSON.parse(String(error.stdout)) };
  }
}

describe('training prepare --plan on published shapes', () => {
  it.each(publicShapes)('$file: $format, $kept of $rows rows', async (shape) => {
    const { code, document } = await plan(shape.file);
    expect(code).toBe(0);
    const result = prepareResultSchema.parse(document);
    expect(result).toMatchObject({ dataset: null, format: shape.format, rows: { read: shape.rows, kept: shape.kept, invalid: shape.rows - shape.kept } });
    expect(result.keptLines?.[0]?.lines).toHaveLength(shape.kept);
    expect(result.issueCounts).toMatchObject(shape.codes);
    expect(Object.keys(result.issueCounts)).not.toContain('encoding_fallback');
  });

  it.each(shapesWithoutFormat)('$file: refused, and says why', async ({ file, says }) => {
    const { code, document } = await plan(file);
    expect(code).toBe(2);
    const { format, issues } = prepareResultSchema.parse(document);
    expect(format).toBe('none');
    expect(issues).toMatchObject([{ code: 'format_none', message: expect.stringContaining(says) }]);
  });
});
