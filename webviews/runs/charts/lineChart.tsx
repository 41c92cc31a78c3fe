import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTheme } from '../../shared/theme.ts';
import type { Zoom } from '../store.ts';
import { Chart } from './chartSetup.ts';
import { chartConfig } from './chartData.ts';
import type { Curve, DrawOptions, XY } from './curves.ts';
import { describeCurves } from './describe.ts';
import { moveZoom } from './zoom.ts';

interface LineChartProps extends DrawOptions {
  title: string;
  curves: readonly Curve[];
  zoom: Zoom | null;
  /** Steps that there are, for a zoom by keys. */
  reach: Zoom | null;
  onZoom: (zoom: Zoom | null) => void;
  onWidth?: (px: number) => void;
  format: (value: number) => string;
  onCanvas?: (canvas: HTMLCanvasElement | null) => void;
}

const leastDragPx = 6;

/** A chart over steps: drag to zoom, double click to see all; with keys plus, minus, arrows and 0. */
export function LineChart({ title, curves, zoom, reach, onZoom, onWidth, format, onCanvas, smoothing, isLog, isClipped }: LineChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart<'line', XY[]>>(null);
  const theme = useTheme();
  const help = useId();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) onWidth?.(entry.contentRect.width);
    });
    observer.observe(element);
    onCanvas?.(element);
    return () => {
      observer.disconnect();
      onCanvas?.(null);
      chart.current?.destroy();
      chart.current = null;
    };
    // The canvas lives as long as the component, and what is called is the parent's for as long.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const config = chartConfig({ curves, theme, smoothing, isLog, isClipped, from: zoom?.from ?? reach?.from ?? null, to: zoom?.to ?? reach?.to ?? null, format });
    if (chart.current === null) {
      chart.current = new Chart(element, config);
      return;
    }
    chart.current.data = config.data;
    chart.current.options = config.options ?? {};
    chart.current.update('none');
  }, [curves, theme, smoothing, isLog, isClipped, zoom, reach, format]);

  const stepAt = (px: number) => chart.current?.scales.x?.getValueForPixel(px) ?? 0;
  const place = (event: PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const startDrag = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: place(event), to: place(event) });
  };
  const onMove = (event: PointerEvent) => {
    // Read now: the event's target is gone when React comes to the update.
    const to = place(event);
    setDrag((now) => (now === null ? null : { ...now, to }));
  };
  const endDrag = () => {
    setDrag(null);
    if (drag === null || Math.abs(drag.to - drag.from) < leastDragPx) return;
    const [from, to] = [stepAt(drag.from), stepAt(drag.to)].sort((left, right) => left - right) as [number, number];
    if (to - from >= 1) onZoom({ from: Math.max(0, Math.floor(from)), to: Math.ceil(to) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = reach === null ? undefined : moveZoom(event.key, zoom, reach);
    if (next === undefined) return;
    event.preventDefault();
    onZoom(next);
  };

  return (
    <div className="chart" tabIndex={0} role="group" aria-label={`${title} chart`} aria-describedby={help} onKeyDown={onKeyDown}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={describeCurves(title, curves, format)}
        onPointerDown={startDrag}
        onPointerMove={onMove}
        onPointerUp={endDrag}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => onZoom(null)}
      />
      {drag !== null && Math.abs(drag.to - drag.from) >= leastDragPx && (
        <div className="chart-selection" style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }} />
      )}
      <span id={help} className="visually-hidden">
        Plus and minus zoom, arrow keys move, 0 shows all.
      </span>
    </div>
  );
}
