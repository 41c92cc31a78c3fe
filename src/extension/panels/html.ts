import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The page of a panel: nothing but our own script, style and font may load. `title` is ours, never a person's text. */
export function panelHtml(webview: vscode.Webview, { extensionUri, bundle, title }: { extensionUri: vscode.Uri; bundle: string; title: string }): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webviews', name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${file('codicon.css')}">
<link rel="stylesheet" href="${file(`${bundle}.css`)}">
<title>${title}</title>
</head>
<body data-nonce="${nonce}">
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${file(`${bundle}.js`)}"></script>
</body>
</html>`;
}
