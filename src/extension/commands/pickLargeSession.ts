import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { sessionSize, usageText } from '../../common/sessionUsage.ts';
import { labelText } from '../inertText.ts';
import { sessionLimitMegabytes } from '../settings.ts';
import { sessionText } from '../views/sessionTexts.ts';

const exportButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('export'), tooltip: 'Export Session as Training Data' };

/** The sessions with the largest first, to delete one, or to export it before. Throws `vscode.CancellationError` where nothing is chosen. */
export async function pickLargeSession(app: App): Promise<{ session: string; wants: 'delete' | 'export' }> {
  const { sessions, usage } = await app.backend.request('sessions/list', { limitMegabytes: sessionLimitMegabytes() });
  const items = sessions
    .toSorted((one, other) => other.bytes - one.bytes)
    .map((session) => ({ label: labelText(session.name), description: labelText(`${sessionSize(session.bytes)} · ${sessionText(session)}`), detail: session.id, id: session.id, buttons: session.stage === 'active' ? [exportButton] : [] }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no session yet.');
    throw new vscode.CancellationError();
  }
  const pick = vscode.window.createQuickPick<(typeof items)[number]>();
  Object.assign(pick, { items, title: usageText(usage), placeholder: 'Delete which session? A question comes first; the button exports it instead.', matchOnDescription: true, matchOnDetail: true });
  try {
    return await new Promise((resolve, reject) => {
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item !== undefined) resolve({ session: item.id, wants: 'delete' });
      });
      pick.onDidTriggerItemButton(({ item }) => resolve({ session: item.id, wants: 'export' }));
      pick.onDidHide(() => reject(new vscode.CancellationError()));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
