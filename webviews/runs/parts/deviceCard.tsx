import { figure, memory } from '../../../src/common/figures.ts';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Meter } from '../../shared/parts/meter.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Sparkline } from '../../shared/parts/sparkline.tsx';
import { lastValue, type Series } from '../model/series.ts';
import { useRunState } from '../panelContext.ts';

interface Gauge {
  name: string;
  series: Series;
  value: string;
  /** Of what there is at most, where that is known. */
  share: number | null;
  ceiling: number | undefined;
}

/** What the machine did during the run; the GPU's figures where there is one. */
export function DeviceCard() {
  const series = useRunState((state) => state.series[state.id]);
  const device = useRunState((state) => state.runs[state.id]?.run.device ?? null);
  const gauges = gaugesOf(series ?? {});
  return (
    <Section title="Device" actions={device !== null && <span className="muted">{device}</span>}>
      {gauges.length === 0 ? (
        <EmptyState icon="pulse" text="No sample of the machine yet." />
      ) : (
        <div className="gauges">
          {gauges.map(({ name, series: { mean }, value, share, ceiling }) => (
            <div key={name} className="gauge">
              <span>{name}</span>
              <strong className="number">{value}</strong>
              <Sparkline values={mean} label={`${name} over the run, now ${value}`} from={0} {...(ceiling === undefined ? {} : { to: ceiling })} />
              {share !== null && <Meter share={share} label={name} />}
            </div>
          ))}
        </div>
      )}
    </Section>
  );
}

function gaugesOf(series: Readonly<Record<string, Series>>): Gauge[] {
  const gauges: Gauge[] = [];
  const add = (key: string, name: string, format: (value: number) => string, most: number | null = null) => {
    const one = series[key];
    const value = lastValue(one);
    if (one === undefined || value === null) return;
    gauges.push({ name, series: one, value: format(value), share: most === null ? null : value / most, ceiling: most ?? one.summary.max ?? undefined });
  };
  const percent = (value: number) => `${String(Math.round(value))} %`;
  const total = lastValue(series.gpuMemoryTotalBytes);
  add('gpuPercent', 'GPU', percent, 100);
  add('gpuMemoryBytes', 'GPU memory', (value) => (total === null ? memory(value) : `${memory(value)} of ${memory(total)}`), total);
  add('gpuTemperatureC', 'Temperature', (value) => `${figure(Math.round(value))} °C`);
  add('gpuPowerW', 'Power', (value) => `${figure(Math.round(value))} W`);
  add('cpuPercent', 'CPU', percent, 100);
  add('rssBytes', 'Trainer RAM', memory);
  return gauges;
}
