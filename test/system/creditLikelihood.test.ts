import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignCredit } from '../../src/backend/camp/evolution/creditAssignment.ts';
import { gatherEvidence } from '../../src/backend/camp/evolution/evidence.ts';
import { trainingView } from '../../src/backend/camp/evolution/trainingView.ts';
import { InferenceClient } from '../../src/backend/inference/client.ts';
import { inferenceHostEntry } from '../../src/backend/inference/hostEntry.ts';
import { LocalModel } from '../../src/backend/providers/local/localModel.ts';
import { installedModel } from '../support/builtInModel.ts';
import { execute } from '../support/camp/execute.ts';
import { noTools } from '../support/camp/noTools.ts';
import { sessionDocument } from '../support/camp/sessionDocument.ts';

let client: InferenceClient;
beforeAll(() => {
  client = new InferenceClient({ entry: inferenceHostEntry(), env: process.env, idleMs: 60_000 });
});
afterAll(() => {
  client.dispose();
});

describe('credit by likelihood', () => {
  it('finds with the built-in model, without a judge or an execution, the sentence that makes liked answers likely', async () => {
    const { id, gguf } = installedModel();
    const model = new LocalModel({ reference: 'builtin', label: 'built-in', id, modelPath: gguf, adapterPath: null, client });
    const helpful = 'WRITE YOUR WHOLE ANSWER IN CAPITAL LETTERS.';
    const liked = ['THE PARCEL IS ON ITS WAY TO YOU.', 'WE WILL SEND YOU A NEW CUP.'];
    const document = sessionDocument({
      inputs: [{ text: 'Where is my parcel?' }, { text: 'The cup is broken.' }],
      lineages: {
        A: [{ systemPrompt: `You are an assistant of a shop. ${helpful} Keep to the facts.`, answers: liked.map((content, index) => ({ input: index + 1, content, score: 9 })) }],
        B: [{ systemPrompt: 'You help.', answers: liked.map((content, index) => ({ input: index + 1, content: content.toLowerCase(), score: 2 })) }],
      },
    });
    const { segments, calls } = await assignCredit(
      gatherEvidence(trainingView(document), 'A'),
      { trainerModel: model, agentModel: model, judgeModel: null, execute, tools: noTools, maxCalls: 80 },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const least = [...segments].sort((a, b) => a.blame - b.blame)[0];
    expect(calls).toBe(0);
    expect(least).toMatchObject({ segment: helpful, method: 'log-probability', samples: 2 });
    expect(least?.blame).toBeLessThan(0);
  });
});
