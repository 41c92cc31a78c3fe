import { seriesVariables } from '../../shared/theme.ts';
import type { Curve } from './curves.ts';

const legendPx = 28;

/** The chart as it is drawn, on the theme's background with its legend under it: base64 of a PNG. */
export function toPng(chart: HTMLCanvasElement, curves: readonly Curve[]): string {
  const style = getComputedStyle(document.body);
  const scale = chart.width / chart.clientWidth;
  const picture = document.createElement('canvas');
  picture.width = chart.width;
  picture.height = chart.height + legendPx * scale;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('the picture can’t be drawn');
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(chart, 0, 0);
  context.scale(scale, scale);
  context.font = `12px ${style.fontFamily}`;
  context.textBaseline = 'middle';
  let x = 12;
  const y = chart.clientHeight + legendPx / 2;
  for (const { label, colour } of curves) {
    context.fillStyle = style.getPropertyValue(seriesVariables[colour % seriesVariables.length] ?? '').trim() || style.color;
    context.fillRect(x, y - 1.5, 16, 3);
    context.fillStyle = style.color;
    context.fillText(label, x + 22, y);
    x += context.measureText(label).width + 42;
  }
  return picture.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
