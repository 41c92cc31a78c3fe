import type { ReactNode } from 'react';
import { assertNever } from '../../../src/common/assertNever.ts';
import type { LineageLabel, SessionDocument } from '../../../src/protocol/camp.ts';
import { keyHelp } from '../model/keys.ts';
import { cellOf } from '../model/standings.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore, type Overlay } from '../stores/uiStore.ts';
import { AgentViewer } from './agentViewer.tsx';
import { AddInputDialog } from './addInputDialog.tsx';
import { useShown } from './cardState.ts';
import { SideBySide } from './compare.tsx';
import { Dialog } from './dialog.tsx';
import { DirectiveDialog } from './directiveDialog.tsx';
import { ExportDialog } from './exportDialog.tsx';
import { History } from './history.tsx';
import { Markdown } from './markdown.tsx';
import { PromoteDialog } from './promoteDialog.tsx';
import { SettingsDialog } from './settingsDialog.tsx';
import { Trace } from './trace.tsx';

/** The view that lies over the grid, where there is one. */
export function Overlays() {
  const overlay = useUIStore((state) => state.overlay);
  return (
    <>
      {overlay !== null && <Shown overlay={overlay} />}
      <AgentViewer />
    </>
  );
}

function Shown({ overlay }: { overlay: Overlay }): ReactNode {
  const document = useDocument();
  const close = useUIStore((state) => state.close);
  const isBlind = useUIStore((state) => state.isBlind);
  const { input, cycle } = useShown();
  const cell = (label: LineageLabel) => cellOf(document, { label, input, cycle });
  const name = (label: LineageLabel) => (isBlind ? 'Answer' : nameOf(document, label));
  switch (overlay.kind) {
    case 'answer':
      return (
        <Dialog title={name(overlay.label)} onClose={close} isWide>
          <Markdown text={cell(overlay.label)?.artifact?.content ?? ''} />
        </Dialog>
      );
    case 'trace':
      return (
        <Dialog title={`${name(overlay.label)}: what happened on the way`} onClose={close} isWide>
          <Trace entries={cell(overlay.label)?.execution?.trace ?? []} />
        </Dialog>
      );
    case 'compare': {
      const [left, right] = overlay.labels;
      return (
        <Dialog title={isBlind ? 'Two answers' : `${left} and ${right}`} onClose={close} isWide>
          <SideBySide left={{ title: isBlind ? 'One' : name(left), text: cell(left)?.artifact?.content ?? '' }} right={{ title: isBlind ? 'The other' : name(right), text: cell(right)?.artifact?.content ?? '' }} />
        </Dialog>
      );
    }
    case 'history':
      return (
        <Dialog title="History by cycle" onClose={close} isWide>
          <History />
        </Dialog>
      );
    case 'help':
      return (
        <Dialog title="Keys on a card" onClose={close}>
          <dl className="keys">
            {keyHelp.map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      );
    case 'directive':
      return <DirectiveDialog label={overlay.label} />;
    case 'promote':
      return <PromoteDialog />;
    case 'export':
      return <ExportDialog />;
    case 'settings':
      return <SettingsDialog />;
    case 'addInput':
      return <AddInputDialog />;
    default:
      return assertNever(overlay);
  }
}

function nameOf({ lineages }: SessionDocument, label: LineageLabel): string {
  return `${label}, ${lineages.find((one) => one.label === label)?.strategyTag ?? ''}`;
}
