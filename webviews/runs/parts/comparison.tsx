import { count, counted, duration, figure } from '../../../src/common/figures.ts';
import { Section } from '../../shared/parts/section.tsx';
import { shortId } from '../charts/curvesOfRuns.ts';
import { differences } from '../model/differences.ts';
import { shown as shownRuns } from '../model/shown.ts';
import { useRunState } from '../panelContext.ts';
import type { Run } from '../store.ts';

interface Line {
  name: string;
  /** Text per run; `best` is the place of the one that is best, where better is known. */
  values: string[];
  best: number | null;
}

/** Runs that lie over each other side by side: what they came to, and the options in which they differ. */
export function Comparison() {
  const id = useRunState((state) => state.id);
  const overlays = useRunState((state) => state.ui.overlays);
  const runs = useRunState((state) => state.runs);
  const details = useRunState((state) => state.details);
  const ids = shownRuns({ id, ui: { overlays } }).filter((one) => runs[one] !== undefined);
  if (ids.length < 2) return null;
  const shown = ids.flatMap((one) => runs[one]?.run ?? []);
  const options = differences(ids.map((one) => details[one]?.config ?? {}));
  const lines = [...results(shown), ...options.map(({ key, values }) => ({ name: key, best: null, values: values.map((value) => (value === undefined ? '–' : String(value))) }))];
  return (
    <Section title="Compare">
      <div className="table-scroll" role="region" aria-label="Comparison of runs" tabIndex={0}>
        <table className="comparison">
          <thead>
            <tr>
              <th scope="col">{options.length === 0 ? 'Same options' : `${counted(options.length, 'option')} ${options.length === 1 ? 'differs' : 'differ'}`}</th>
              {shown.map((run, place) => (
                <th key={run.id} scope="col">
                  <span className={`swatch band colour-${String(place % 6)}`} aria-hidden="true" /> {run.dataset} {shortId(run.id)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, values, best }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, place) => (
                  <td key={shown[place]?.id ?? place} className={place === best ? 'best' : undefined}>
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function results(runs: readonly Run[]): Line[] {
  return [
    { name: 'State', values: runs.map(({ state }) => state), best: null },
    { name: 'Model', values: runs.map(({ model }) => model), best: null },
    { name: 'Dataset', values: runs.map(({ dataset, datasetVersion }) => `${dataset}@${String(datasetVersion)}`), best: null },
    { name: 'Steps', values: runs.map(({ step }) => count(step)), best: null },
    ranked('Best validation loss', runs.map(({ bestValidationLoss }) => bestValidationLoss), figure, 'low'),
    ranked('Loss', runs.map(({ loss }) => loss), figure, 'low'),
    ranked('Tokens/s', runs.map(({ tokensPerSecond }) => tokensPerSecond), count, 'high'),
    ranked('Duration', runs.map(({ seconds }) => seconds), duration, 'low'),
  ];
}

function ranked(name: string, values: readonly (number | null)[], format: (value: number | null) => string, better: 'low' | 'high'): Line {
  const known = values.filter((value) => value !== null);
  const target = better === 'low' ? Math.min(...known) : Math.max(...known);
  return { name, values: values.map(format), best: known.length < 2 ? null : values.indexOf(target) };
}
