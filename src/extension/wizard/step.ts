import * as vscode from 'vscode';

export interface StepInit<Item extends vscode.QuickPickItem> {
  title: string;
  placeholder: string;
  step: number;
  totalSteps: number;
  items: readonly Item[];
  /** What is marked at first. */
  active?: Item | undefined;
  /** Told when the list stands; it may change the items until something is chosen. */
  onShown?: (pick: vscode.QuickPick<Item>) => void;
}

/** One page of a wizard: what was chosen, or `back`. Throws `vscode.CancellationError` where it is left. */
export async function pickStep<Item extends vscode.QuickPickItem>(init: StepInit<Item>): Promise<Item | 'back'> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = init.title;
  pick.placeholder = init.placeholder;
  pick.step = init.step;
  pick.totalSteps = init.totalSteps;
  pick.items = init.items;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  if (init.active !== undefined) pick.activeItems = [init.active];
  if (init.step > 1) pick.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<Item | 'back'>((resolve, reject) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen !== undefined) resolve(chosen);
      });
      pick.onDidTriggerButton(() => resolve('back'));
      pick.onDidHide(() => reject(new vscode.CancellationError()));
      pick.show();
      init.onShown?.(pick);
    });
  } finally {
    pick.dispose();
  }
}
