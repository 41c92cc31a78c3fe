import { count, counted, duration, memory, shortCount } from '../../common/figures.ts';
import type { StartResult } from '../../protocol/runResults.ts';
import type { Estimate } from '../../protocol/runs.ts';

/** Whether a run fits, in one or two words and an icon’s name. */
export function fitBadge(estimate: Estimate): { icon: string; text: string } {
  const needed = estimate.memoryBytes === null ? '' : ` ${memory(estimate.memoryBytes)}`;
  switch (estimate.fits) {
    case true:
      return { icon: 'pass', text: `fits:${needed} of ${memory(estimate.comparedWith?.bytes ?? null)}` };
    case false:
      return { icon: 'error', text: `does not fit:${needed} needed, ${memory(estimate.comparedWith?.bytes ?? null)} there` };
    case null:
      return { icon: 'question', text: needed === '' ? 'fit not known' : `needs${needed}` };
  }
}

/** What starting would do, as names and values. */
export function previewFacts(plan: StartResult): [string, string][] {
  const { estimate, dataset } = plan;
  return [
    ['Model', plan.model],
    ['Dataset', `${dataset.name}, version ${String(dataset.version)}: ${counted(dataset.train, 'row')} to train on, ${count(dataset.validation)} to validate on`],
    ['Downloads', 'none: model and data are on this machine'],
    ['Work', `${counted(estimate.steps, 'step')}, about ${shortCount(estimate.tokens)} tokens`],
    ['Time', estimate.seconds === null ? 'not known before a first run of this model' : `about ${duration(estimate.seconds)}`],
    ['Memory', fitBadge(estimate).text],
    ['Cost', estimate.costUsd === 0 ? 'none: it trains on this machine' : `${estimate.costUsd.toFixed(2)} USD`],
  ];
}

/** Options that are not at their default, with the layer that each comes from and, where there is one, the reason. */
export function changedOptions(plan: StartResult): { key: string; value: string; layer: string }[] {
  return Object.entries(plan.configSources)
    .filter(([, layer]) => layer !== 'default')
    .map(([key, layer]) => ({ key, value: JSON.stringify(valueAt(plan.config, key) ?? null), layer: [layer === 'command' ? 'chosen here' : layer, plan.configReasons[key] ?? []].flat().join(', ') }));
}

export function valueAt(config: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => (typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined), config);
}
