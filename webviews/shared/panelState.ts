import { vscodeApi } from './vscodeApi.ts';

/**
 * What a panel keeps over hiding and over a reload of the window: its subject, by which the editor opens it again, and
 * how a person has set it up. What was saved by an older version is merged over the defaults, key by key of equal type.
 */
export function savedUi<Ui extends object>(defaults: Ui): Ui {
  const state = vscodeApi.getState();
  const saved: unknown = typeof state === 'object' && state !== null && 'ui' in state ? state.ui : undefined;
  if (typeof saved !== 'object' || saved === null) return defaults;
  const known = Object.entries(saved).filter(([key, value]) => key in defaults && isLike(value, defaults[key as keyof Ui]));
  return { ...defaults, ...Object.fromEntries(known) };
}

export function saveUi(subject: string, ui: object): void {
  vscodeApi.setState({ subject, ui });
}

/** A default of null stands for something that may be set to an object. */
function isLike(value: unknown, wanted: unknown): boolean {
  if (wanted === null) return value === null || typeof value === 'object';
  return typeof value === typeof wanted && Array.isArray(value) === Array.isArray(wanted) && value !== null;
}
