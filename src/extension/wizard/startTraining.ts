import * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { ParamsInput } from '../../protocol/contract.ts';
import type { StartResult } from '../../protocol/runResults.ts';
import type { App } from '../app.ts';
import { BackendError } from '../client/backendError.ts';
import { datasetItem } from '../commands/pick.ts';
import { modelItem } from '../commands/models.ts';
import { showWithRepairs } from '../commands/problem.ts';
import { labelText } from '../inertText.ts';
import { changeOption } from './changeOption.ts';
import { earlierRun } from './earlierRun.ts';
import { presets, withOption, type SetEntry } from './presets.ts';
import { changedOptions, fitBadge, previewFacts } from './previewFacts.ts';
import { pickStep } from './step.ts';

/** What was chosen so far. Nothing is written before the last step. */
interface Draft {
  dataset: string;
  model: string | null;
  preset: string;
  set: SetEntry[];
}

const title = 'Start Training';
const totalSteps = 4;
type Step = 'dataset' | 'model' | 'preset' | 'preview' | 'done';

/** Leads from a dataset to a run that is queued. `again` is a run whose choices are the first ones. */
export async function startTraining(app: App, from: { dataset?: string; again?: string }): Promise<void> {
  const draft: Draft = { dataset: from.dataset ?? '', model: null, preset: 'standard', set: [] };
  let step: Step = from.dataset === undefined ? 'dataset' : 'model';
  if (from.again !== undefined) {
    Object.assign(draft, await earlierRun(app, from.again), { preset: 'earlier' });
    step = 'preview';
  }
  while (step !== 'done') step = await take(app, step, draft);
}

async function take(app: App, step: Exclude<Step, 'done'>, draft: Draft): Promise<Step> {
  switch (step) {
    case 'dataset':
      return await chooseDataset(app, draft);
    case 'model':
      return await chooseModel(app, draft);
    case 'preset':
      return await choosePreset(draft);
    case 'preview':
      return await preview(app, draft);
  }
}

async function chooseDataset(app: App, draft: Draft): Promise<Step> {
  const { datasets } = await app.backend.request('datasets/list', {});
  const items = datasets.map(datasetItem);
  const prepare = { label: '$(add) Prepare a dataset first…', description: datasets.length === 0 ? 'there is none yet' : '', id: '' };
  const picked = await pickStep({ title, placeholder: 'What to train on', step: 1, totalSteps, items: [...items, prepare], active: items.find(({ id }) => id === draft.dataset) });
  if (picked === 'back') return 'dataset';
  if (picked === prepare) {
    await vscode.commands.executeCommand('trainingCamp.datasets.prepare');
    return 'done';
  }
  draft.dataset = picked.id;
  return 'model';
}

async function chooseModel(app: App, draft: Draft): Promise<Step> {
  const { models } = await app.backend.request('models/list', {});
  const items = models.filter(({ canTrain, isInstalled, isEmbedding }) => canTrain || (!isInstalled && !isEmbedding)).map((model) => ({ ...modelItem(model), id: model.id, isInstalled: model.isInstalled }));
  const source = new vscode.CancellationTokenSource();
  try {
    const picked = await pickStep({
      title,
      placeholder: 'Which base model gets an adapter',
      step: 2,
      totalSteps,
      items,
      active: items.find(({ id }) => id === draft.model),
      onShown: (pick) => void addBadges(app, pick, draft, source.token),
    });
    if (picked === 'back') return 'dataset';
    if (!picked.isInstalled) {
      await vscode.commands.executeCommand('trainingCamp.setup.run');
      return 'done';
    }
    draft.model = picked.id;
    return 'preset';
  } finally {
    source.cancel();
    source.dispose();
  }
}

/** Says beside each model whether a run would fit, one after the other while the list stands. */
async function addBadges(app: App, pick: vscode.QuickPick<vscode.QuickPickItem & { id: string; isInstalled: boolean }>, draft: Draft, token: vscode.CancellationToken): Promise<void> {
  pick.busy = true;
  for (const { id } of pick.items.filter(({ isInstalled }) => isInstalled)) {
    const badge = await fitOf(app, { dataset: draft.dataset, model: id }, token);
    if (token.isCancellationRequested) return;
    const { id: activeId } = pick.activeItems[0] ?? { id: '' };
    pick.items = pick.items.map((item) => (item.id === id ? { ...item, description: `${item.description ?? ''} · $(${badge.icon}) ${badge.text}` } : item));
    const active = pick.items.find((item) => item.id === activeId);
    if (active !== undefined) pick.activeItems = [active];
  }
  pick.busy = false;
}

async function fitOf(app: App, params: ParamsInput<'runs/plan'>, token: vscode.CancellationToken): Promise<{ icon: string; text: string }> {
  try {
    return fitBadge((await app.backend.request('runs/plan', params, { token })).estimate);
  } catch (error) {
    // The list stands for other models as well: why this one can't be trained is its badge.
    return { icon: 'error', text: error instanceof BackendError ? labelText(error.message) : 'can’t be planned' };
  }
}

async function choosePreset(draft: Draft): Promise<Step> {
  const items = presets.map(({ id, name, description, detail, set }) => ({ id, label: name, description, detail, set }));
  const picked = await pickStep({ title, placeholder: 'How to train; every option can be changed afterwards', step: 3, totalSteps, items, active: items.find(({ id }) => id === draft.preset) });
  if (picked === 'back') return 'model';
  draft.preset = picked.id;
  draft.set = [...picked.set];
  return 'preview';
}

async function preview(app: App, draft: Draft): Promise<Step> {
  const request = { dataset: draft.dataset, model: draft.model, set: draft.set };
  const plan = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Looking at what the run would take' }, async () => await app.backend.request('runs/plan', request));
  const picked = await pickStep({ title, placeholder: 'What will happen. Nothing is written before you start.', step: 4, totalSteps, items: previewItems(plan) });
  if (picked === 'back') return 'preset';
  switch (picked.act) {
    case 'start':
      await start(app, request);
      return 'done';
    case 'change': {
      const entry = await changeOption(plan);
      if (entry !== undefined) draft.set = withOption(draft.set, entry);
      return 'preview';
    }
    case 'look':
      return 'preview';
  }
}

type PreviewItem = vscode.QuickPickItem & { act: 'start' | 'change' | 'look' };

function previewItems(plan: StartResult): PreviewItem[] {
  const line = (label: string, description: string): PreviewItem => ({ label, description: labelText(description), act: 'look' });
  const changed = changedOptions(plan);
  return [
    { label: '$(flame) Start', description: plan.estimate.fits === false ? 'although it is not expected to fit' : '', act: 'start' },
    { label: '$(settings) Change an option…', act: 'change' },
    { label: 'What will happen', kind: vscode.QuickPickItemKind.Separator, act: 'look' },
    ...previewFacts(plan).map(([name, value]) => line(name, value)),
    { label: changed.length === 0 ? 'All options are at their defaults' : `${counted(changed.length, 'option')} not at the default`, kind: vscode.QuickPickItemKind.Separator, act: 'look' },
    ...changed.map(({ key, value, layer }) => line(key, `${value} · ${layer}`)),
  ];
}

async function start(app: App, request: ParamsInput<'runs/start'>): Promise<void> {
  const { runId, workerProblem } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Queuing the run' }, async () => await app.backend.request('runs/start', request));
  if (runId === null) return;
  await app.ownRuns.add(runId);
  app.panels.open('run', runId);
  if (workerProblem !== null) showWithRepairs('warning', `The run is queued, but no worker is ready: ${workerProblem}`, [{ title: 'Run Doctor', command: 'trainingCamp.setup.doctor' }, { title: 'Show Log', command: 'trainingCamp.showLog' }]);
}
