import { useEffect, useState } from 'react';

/** Colours of the theme for what is drawn on a canvas, which knows no CSS variables. */
export interface Theme {
  foreground: string;
  muted: string;
  background: string;
  font: string;
  /** Told apart on this theme's background, in this order. */
  series: readonly string[];
  /** Stands out from all of them. */
  mark: string;
}

/** The theme's orange is translucent and missing in high contrast, so it is not among them. base.css has the same in `.colour-0` and on. */
export const seriesVariables = ['--vscode-charts-blue', '--vscode-charts-yellow', '--vscode-charts-purple', '--vscode-charts-green', '--vscode-charts-red', '--vscode-charts-foreground'];

/** The theme's colours, read again whenever the editor changes its theme. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(readTheme()));
    // The editor writes its variables to the root and names the kind of theme on the body.
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: string[]) => [...names, '--vscode-foreground'].map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? 'gray';
  return {
    foreground: read('--vscode-foreground'),
    muted: read('--vscode-descriptionForeground', '--vscode-foreground'),
    background: read('--vscode-editor-background'),
    font: read('--vscode-font-family'),
    series: seriesVariables.map((name) => read(name)),
    mark: read('--vscode-errorForeground', '--vscode-charts-red'),
  };
}
