import { Chart, Filler, Interaction, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip, type InteractionItem, type InteractionModeFunction } from 'chart.js';

declare module 'chart.js' {
  interface InteractionModeMap {
    /** Of each curve the point that is nearest in x: curves have points at different steps. */
    nearestOfEach: InteractionModeFunction;
  }
}

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler, Tooltip);

Interaction.modes.nearestOfEach = (chart, event) => {
  const x = 'x' in event && typeof event.x === 'number' ? event.x : null;
  if (x === null) return [];
  const items: InteractionItem[] = [];
  for (const { index: datasetIndex, data } of chart.getSortedVisibleDatasetMetas()) {
    const index = nearest(data, x);
    const element = data[index];
    if (element !== undefined) items.push({ element, datasetIndex, index });
  }
  return items;
};

function nearest(points: readonly { x: number }[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.x ?? 0) < x) low = middle;
    else high = middle;
  }
  const isHigher = Math.abs((points[high]?.x ?? 0) - x) < Math.abs((points[low]?.x ?? 0) - x);
  return isHigher ? high : low;
}

export { Chart };
