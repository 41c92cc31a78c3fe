/** A codicon by its name (https://microsoft.github.io/vscode-codicons/dist/codicon.html). It says nothing by itself: name what it stands on. */
export function Icon({ name, isSpinning = false }: { name: string; isSpinning?: boolean }) {
  return <i className={`codicon codicon-${name}${isSpinning ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />;
}
