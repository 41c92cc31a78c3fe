import { useId, type RefObject } from 'react';
import { Button, ButtonRow, Toggle } from '../../shared/parts/button.tsx';
import type { Curve } from '../charts/curves.ts';
import { toPng } from '../charts/picture.ts';
import { toBase64 } from '../model/base64.ts';
import { toCsv } from '../model/csv.ts';
import { useBackend, useRunState } from '../panelContext.ts';
import { OverlayPicker } from './overlayPicker.tsx';

/** How the curves are drawn, which other runs lie over them, and export. */
export function ChartTools({ canvas, curves }: { canvas: RefObject<HTMLCanvasElement | null>; curves: readonly Curve[] }) {
  const backend = useBackend();
  const id = useRunState((state) => state.id);
  const ui = useRunState((state) => state.ui);
  const setUi = useRunState((state) => state.setUi);
  const series = useRunState((state) => state.series);
  const slider = useId();
  const exportCsv = () => {
    const runs = Object.entries(series).map(([run, byKey]) => ({ run, series: Object.values(byKey) }));
    backend.save(`${id}.csv`, toBase64(new TextEncoder().encode(toCsv(runs))));
  };
  const exportPng = () => {
    if (canvas.current !== null) backend.save(`${id}.png`, toPng(canvas.current, curves));
  };
  return (
    <ButtonRow label="Chart">
      <label htmlFor={slider} className="muted">
        Smoothing
      </label>
      <input id={slider} type="range" min={0} max={0.99} step={0.01} value={ui.smoothing} onChange={({ target }) => setUi({ smoothing: Number(target.value) })} />
      <output htmlFor={slider} className="number smoothing-value">
        {ui.smoothing.toFixed(2)}
      </output>
      <Toggle isOn={ui.isLog} onChange={(isLog) => setUi({ isLog })} title="Logarithmic axis for the loss">
        Log
      </Toggle>
      <Toggle isOn={ui.isClipped} onChange={(isClipped) => setUi({ isClipped })} title="Leave outliers out of the range and mark them at the edge">
        Clip outliers
      </Toggle>
      <Toggle isOn={ui.isTable} onChange={(isTable) => setUi({ isTable })} title="Show the figures instead of the curves">
        Table
      </Toggle>
      <OverlayPicker />
      <Button look="plain" icon="desktop-download" isDisabled={ui.isTable} onClick={exportPng} title="Save the loss chart as a picture">
        PNG
      </Button>
      <Button look="plain" icon="table" onClick={exportCsv} title="Save what is drawn as CSV">
        CSV
      </Button>
    </ButtonRow>
  );
}
