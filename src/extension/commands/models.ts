import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { memory } from '../../common/figures.ts';
import type { ModelSummary } from '../../protocol/models.ts';
import { labelText } from '../inertText.ts';

/** Lists base models; choosing one asks it or starts training with it. */
export async function showModels(app: App): Promise<void> {
  const { models } = await app.backend.request('models/list', {});
  const picked = await vscode.window.showQuickPick(models.filter(isForEditor).map((model) => ({ ...modelItem(model), model })), { title: 'Base models', matchOnDetail: true });
  if (picked === undefined) throw new vscode.CancellationError();
  if (!picked.model.isInstalled) await vscode.commands.executeCommand('trainingCamp.setup.run');
  else if (picked.model.path !== null) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(`${picked.model.path}/config.json`));
}

/** Set-up brings what is not installed, but for an embedding model. */
function isForEditor({ isInstalled, isEmbedding }: ModelSummary): boolean {
  return isInstalled || !isEmbedding;
}

export function modelItem({ id, source, isInstalled, canTrain, canAsk, canEmbed, sizeBytes, architecture, path }: ModelSummary): vscode.QuickPickItem {
  const abilities = [...(canTrain ? ['can be trained'] : []), ...(canAsk ? ['can be asked'] : []), ...(canEmbed ? ['makes embeddings'] : [])].join(', ');
  return {
    label: `$(${isInstalled ? 'layers' : 'cloud-download'}) ${labelText(id)}`,
    description: isInstalled ? [memory(sizeBytes), abilities].join(' · ') : 'not on this machine yet: Set Up Training brings it',
    detail: labelText([source, architecture ?? '', path ?? ''].filter((part) => part !== '').join(', ')),
  };
}
