import * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { Check } from '../../protocol/setup.ts';
import type { App } from '../app.ts';
import { labelText } from '../inertText.ts';
import type { Repair } from '../repairs.ts';
import { longRequest } from './longRequest.ts';

interface Finding extends vscode.QuickPickItem {
  repair?: Repair;
}

/** Looks at what training needs and lists what was found, worst first; a finding that can be repaired has a button for it. */
export async function showDoctor(app: App): Promise<void> {
  const { checks } = await longRequest(app, { title: 'Looking at what training needs', method: 'setup/examine', params: {} });
  const order: Record<Check['status'], number> = { error: 0, warning: 1, ok: 2 };
  const items = [...checks].sort((left, right) => order[left.status] - order[right.status]).map(toFinding);
  const troubles = checks.filter(({ status }) => status !== 'ok').length;
  const pick = vscode.window.createQuickPick<Finding>();
  pick.title = troubles === 0 ? 'Doctor: all is well' : `Doctor: ${counted(troubles, 'finding')}`;
  pick.placeholder = troubles === 0 ? 'Nothing needs a repair' : 'Choose a finding to repair it';
  pick.items = items;
  pick.ignoreFocusOut = true;
  pick.matchOnDetail = true;
  const repair = (finding: Finding | undefined): void => {
    if (finding?.repair === undefined) return;
    pick.hide();
    void vscode.commands.executeCommand(finding.repair.command);
  };
  pick.onDidAccept(() => repair(pick.activeItems[0]));
  pick.onDidTriggerItemButton(({ item }) => repair(item));
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function toFinding({ id, status, message, hint }: Check): Finding {
  const icon = { ok: '$(pass)', warning: '$(warning)', error: '$(error)' }[status];
  const repair = status === 'ok' ? undefined : repairOf(id, status);
  return {
    label: `${icon} ${labelText(message)}`,
    ...(hint === null ? {} : { detail: labelText(hint) }),
    ...(repair === undefined ? {} : { repair, buttons: [{ iconPath: new vscode.ThemeIcon('wrench'), tooltip: repair.title }] }),
  };
}

function repairOf(check: string, status: 'warning' | 'error'): Repair | undefined {
  switch (check) {
    case 'environment':
    case 'torch':
    case 'model':
    case 'inference':
      return { title: 'Set Up Training', command: 'trainingCamp.setup.run' };
    case 'database':
      // A warning: it is missing, and the next start makes its index again.
      return status === 'error' ? { title: 'Restore Backup', command: 'trainingCamp.restoreBackup' } : { title: 'Restart Backend', command: 'trainingCamp.restartBackend' };
    default:
      return undefined;
  }
}
