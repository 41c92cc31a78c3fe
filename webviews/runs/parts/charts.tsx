import { useCallback, useMemo, useRef } from 'react';
import { count, figure } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { curvesOf, reachOf } from '../charts/curvesOfRuns.ts';
import { mainKeys, sideChartsOf } from '../model/metrics.ts';
import { methodOf, shown } from '../model/shown.ts';
import { LineChart } from '../charts/lineChart.tsx';
import { SeriesTable } from './seriesTable.tsx';
import { Legend } from './legend.tsx';
import { useRunState } from '../panelContext.ts';
import type { Zoom } from '../store.ts';
import { ChartTools } from './chartTools.tsx';

/** The run's curves, and those of the runs that lie over it. */
export function Charts() {
  const id = useRunState((state) => state.id);
  const ui = useRunState((state) => state.ui);
  const setUi = useRunState((state) => state.setUi);
  const widths = useRunState((state) => state.widths);
  const setWidths = useRunState((state) => state.setWidths);
  const series = useRunState((state) => state.series);
  // Text and a number: they are equal while only other figures of the runs change, and nothing is drawn anew.
  const names = useRunState((state) => shown(state).map((one) => state.runs[one]?.run.dataset ?? one).join('\n'));
  const last = useRunState((state) => Math.max(0, ...shown(state).map((one) => state.runs[one]?.run.step ?? 0)));
  const method = useRunState(methodOf);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const ids = useMemo(() => shown({ id, ui: { overlays: ui.overlays } }), [id, ui.overlays]);
  const loss = useMemo(() => curvesOf({ ids, names: names.split('\n'), series, keys: mainKeys }), [ids, names, series]);
  const sides = useMemo(() => sideChartsOf(method), [method]);
  const others = useMemo(() => sides.map(({ keys }) => curvesOf({ ids, names: names.split('\n'), series, keys })), [sides, ids, names, series]);
  const reach = useMemo(() => reachOf(series, ids, last), [series, ids, last]);
  const onZoom = useCallback((zoom: Zoom | null) => setUi({ zoom }), [setUi]);
  const shared = { zoom: ui.zoom, reach, onZoom, isClipped: ui.isClipped };
  const isEmpty = Object.keys(series[id] ?? {}).length === 0;
  return (
    <>
      <Section title="Loss" actions={<ChartTools canvas={canvas} curves={loss} />}>
        {ui.isTable ? (
          <SeriesTable label="Loss" curves={loss} format={figure} />
        ) : (
          <div className="chart-main">
            <LineChart {...shared} title="Loss" curves={loss} smoothing={ui.smoothing} isLog={ui.isLog} format={figure} onWidth={(main) => setWidths({ ...widths, main })} onCanvas={(element) => (canvas.current = element)} />
            {isEmpty && <EmptyState icon="graph-line" text="The curve begins with the first step." />}
          </div>
        )}
        <Legend curves={loss} format={figure} />
      </Section>
      <div className="columns">
        {sides.map(({ keys, title, format }, index) => (
          <Section key={title} title={title}>
            {ui.isTable ? (
              <SeriesTable label={title} curves={others[index] ?? []} format={format} />
            ) : (
              <div className="chart-side">
                <LineChart {...shared} title={title} curves={others[index] ?? []} smoothing={0} isLog={false} format={format} {...(index === 0 ? { onWidth: (side: number) => setWidths({ ...widths, side }) } : {})} />
              </div>
            )}
            {keys.length > 1 && <Legend curves={others[index] ?? []} format={format} />}
          </Section>
        ))}
      </div>
      <div className="zoom-line" aria-live="polite">
        {ui.zoom !== null && (
          <Button icon="discard" look="plain" onClick={() => setUi({ zoom: null })}>
            Steps {count(ui.zoom.from)} to {count(ui.zoom.to)}: show all
          </Button>
        )}
      </div>
    </>
  );
}
