import type * as vscode from 'vscode';
import type { Backend } from './client/backend.ts';
import type { Documents } from './documents.ts';
import type { Log } from './log.ts';
import type { Panels } from './panels/panels.ts';
import type { ProviderKeys } from './models/providerKeys.ts';
import type { OwnRuns } from './watch/ownRuns.ts';
import type { Watch } from './watch/watch.ts';
import type { Views } from './views/views.ts';

/** What commands work with: made once, when the extension is activated in a trusted folder. */
export interface App {
  readonly context: vscode.ExtensionContext;
  readonly backend: Backend;
  readonly log: Log;
  readonly views: Views;
  readonly panels: Panels;
  /** Texts in editors that belong to no file. */
  readonly documents: Documents;
  readonly ownRuns: OwnRuns;
  /** Keys of providers, in the editor's secret storage. */
  readonly keys: ProviderKeys;
  /** The status bar and the notifications. */
  readonly watch: Watch;
}
