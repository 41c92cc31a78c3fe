import path from 'node:path';
import type { AdapterSummary, AdapterTestResult, EngineDisagreement } from '../../../protocol/adapters.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { ggufName } from '../adapterFolder.ts';
import type { TestCase } from './testRows.ts';

export interface MeasuredAnswer {
  row: number;
  asked: TestCase;
  text: string;
}

/** Asks the engine that will serve the adapter the same prompts, and names the rows whose answer is not the measured one. */
export async function compareEngines(
  client: InferenceClient,
  target: { adapter: AdapterSummary; gguf: string; maxTokens: number },
  measured: readonly MeasuredAnswer[],
  options: { signal: AbortSignal; onChecked: (done: number, total: number) => void },
): Promise<AdapterTestResult['engines']> {
  const disagreements: EngineDisagreement[] = [];
  for (const [index, { row, asked, text }] of measured.entries()) {
    const answer = await client.chat(
      {
        modelPath: target.gguf,
        adapterPath: path.join(target.adapter.path, ggufName),
        messages: asked.messages,
        tools: asked.tools,
        sampling: { maxTokens: target.maxTokens, temperature: 0 },
      },
      { signal: options.signal },
    );
    if (answer.text !== text) disagreements.push({ row, measured: text, served: answer.text });
    options.onChecked(index + 1, measured.length);
  }
  return { checked: measured.length, agreeing: measured.length - disagreements.length, disagreements };
}
