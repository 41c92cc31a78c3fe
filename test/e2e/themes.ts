export type Theme = 'dark' | 'light' | 'highContrast';

interface ThemeFacts {
  /** Where its pictures lie under .build/screenshots. */
  folder: string;
  /** What the browser says that the system looks like: the window follows it at once, and no file or menu is touched. */
  system: { colorScheme: 'dark' | 'light'; forcedColors: 'active' | 'none' };
  workbenchClass: string;
  webviewClass: string;
}

/** The three kinds of themes that pictures are taken in. */
export const themes: Record<Theme, ThemeFacts> = {
  dark: { folder: 'dark', system: { colorScheme: 'dark', forcedColors: 'none' }, workbenchClass: 'vs-dark', webviewClass: 'vscode-dark' },
  light: { folder: 'light', system: { colorScheme: 'light', forcedColors: 'none' }, workbenchClass: 'vs', webviewClass: 'vscode-light' },
  highContrast: { folder: 'high-contrast', system: { colorScheme: 'dark', forcedColors: 'active' }, workbenchClass: 'hc-black', webviewClass: 'vscode-high-contrast' },
};

/** The settings with which a window follows the system, to themes that every supported VS Code has. */
export const followSystem = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.preferredHighContrastColorTheme': 'Default High Contrast',
};
