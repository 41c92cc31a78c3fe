import type * as vscode from 'vscode';

/** Called by VS Code on first use. */
export function activate(_context: vscode.ExtensionContext): void {}
