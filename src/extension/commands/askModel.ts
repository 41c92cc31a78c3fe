import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { labelText } from '../inertText.ts';
import { longRequest } from './longRequest.ts';

/** An editor takes a new text about ten times a second without effort. */
const updateMs = 100;

export async function askAdapter(app: App, adapter: string): Promise<void> {
  await ask(app, { adapter });
}

export async function askBase(app: App): Promise<void> {
  const { models } = await app.backend.request('models/list', {});
  const able = models.filter(({ canAsk, isInstalled }) => canAsk && isInstalled);
  const [only] = able;
  if (only === undefined) {
    void vscode.window.showInformationMessage('No model that can be asked is on this machine.', 'Set Up Training').then(async (chosen) => {
      if (chosen !== undefined) await vscode.commands.executeCommand('trainingCamp.setup.run');
    });
    return;
  }
  const picked = able.length === 1 ? { id: only.id } : await vscode.window.showQuickPick(able.map(({ id }) => ({ label: labelText(id), id })), { title: 'Ask which model?' });
  if (picked === undefined) throw new vscode.CancellationError();
  await ask(app, { model: picked.id });
}

/** Asks an agent as its file says: its model, its adapter, its system prompt. */
export async function askAgent(app: App, file: string): Promise<void> {
  const { model, adapter, system, maxTokens } = await app.backend.request('agents/read', { file });
  await ask(app, { ...(adapter === null ? { model } : { adapter }), system, ...(maxTokens === null ? {} : { maxTokens }) });
}

type Asked = ({ adapter: string } | { model: string }) & { system?: string; maxTokens?: number };

/** The answer appears while it is made, in an editor of its own. */
async function ask(app: App, who: Asked): Promise<void> {
  const prompt = await vscode.window.showInputBox({ title: 'Ask', prompt: 'What is asked', ignoreFocusOut: true, validateInput: (text) => (text.trim() === '' ? 'A question is needed.' : undefined) });
  if (prompt === undefined) throw new vscode.CancellationError();
  const head = `${prompt}\n\n―――\n\n`;
  const document = await app.documents.show('Answer.txt', head);
  let answer = '';
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    timer = undefined;
    document.update(head + answer);
  };
  try {
    const result = await longRequest(app, {
      title: 'Asking',
      method: 'ask',
      params: { prompt, ...who },
      onProgress: ({ text }) => {
        answer += text ?? '';
        timer ??= setTimeout(show, updateMs);
      },
    });
    const tokens = result.tokens === null ? 'tokens not told' : `${String(result.tokens)} tokens`;
    const rate = result.tokensPerSecond === null ? '' : `, ${result.tokensPerSecond.toFixed(1)} tokens/s`;
    answer = `${result.text}\n\n―――\n\n${result.adapter ?? result.model}: ${tokens}${rate}${result.stop === 'length' ? ', cut at the longest answer' : ''}\n`;
  } finally {
    clearTimeout(timer);
    show();
  }
}
