/** What VS Code puts into a webview (https://code.visualstudio.com/api/extension-guides/webview). */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Can be had once per page, so it is had here. */
export const vscodeApi: VsCodeApi = acquireVsCodeApi();
