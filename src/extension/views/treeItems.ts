import * as vscode from 'vscode';

export interface ItemInit {
  key: string;
  label: string;
  description?: string;
  icon: string;
  /** A theme colour's id. */
  color?: string;
  contextValue: string;
  children?: 'none' | 'closed' | 'open';
  /** Read out instead of label and description. */
  spoken: string;
  command?: { command: string; title: string; arguments?: unknown[] };
}

export function makeItem({ key, label, description, icon, color, contextValue, children = 'none', spoken, command }: ItemInit): vscode.TreeItem {
  const item = new vscode.TreeItem(label, { none: vscode.TreeItemCollapsibleState.None, closed: vscode.TreeItemCollapsibleState.Collapsed, open: vscode.TreeItemCollapsibleState.Expanded }[children]);
  item.id = key;
  if (description !== undefined) item.description = description;
  item.iconPath = color === undefined ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.contextValue = contextValue;
  item.accessibilityInformation = { label: spoken };
  if (command !== undefined) item.command = command;
  return item;
}

/** Names and values, none of which is read as markdown, HTML, a link or an icon. */
export function factsTooltip(title: string, facts: readonly (readonly [string, string])[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', false);
  tooltip.isTrusted = false;
  tooltip.supportHtml = false;
  tooltip.appendMarkdown('**').appendText(title).appendMarkdown('**\n\n');
  for (const [name, value] of facts) tooltip.appendMarkdown(`${name}: `).appendText(value).appendMarkdown('  \n');
  return tooltip;
}
