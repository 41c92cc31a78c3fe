import { EmptyState } from '../shared/parts/emptyState.tsx';
import { ReconnectingMark } from '../shared/parts/errorLine.tsx';
import { CycleBar } from './parts/cycleBar.tsx';
import { Draft } from './parts/draft.tsx';
import { Grid } from './parts/grid.tsx';
import { Header } from './parts/header.tsx';
import { InputBar } from './parts/inputBar.tsx';
import { NewSession } from './parts/newSession.tsx';
import { Overlays } from './parts/overlays.tsx';
import { QuickStart } from './parts/quickStart.tsx';
import { TrainerColumn } from './parts/trainerColumn.tsx';
import { WorkBar } from './parts/workBar.tsx';
import { useSessionStore } from './stores/sessionStore.ts';
import { useUIStore } from './stores/uiStore.ts';

/** A session: what it is for, its strategies while they are talked about, and then its lineages side by side. */
export function CampPanel({ isNew }: { isNew: boolean }) {
  const isReconnecting = useSessionStore((state) => state.isReconnecting);
  const hasDocument = useSessionStore((state) => state.document !== null);
  const hasFailed = useSessionStore((state) => state.failure !== null);
  return (
    <main className="camp">
      <ReconnectingMark isShown={isReconnecting} />
      {isNew ? (
        <>
          <NewSession />
          <WorkBar />
        </>
      ) : hasDocument ? (
        <Session />
      ) : (
        <>
          <WorkBar />
          {!hasFailed && <EmptyState icon="loading" text="Loading the session…" />}
        </>
      )}
    </main>
  );
}

function Session() {
  const mode = useSessionStore((state) => state.document?.session.mode);
  // Once strategies are confirmed, none is talked about any more: their agents are watched while they are made.
  const hasCards = useSessionStore((state) => (state.document?.lineages.length ?? 0) > 0);
  const isSideOpen = useUIStore((state) => state.isSideOpen);
  const isBlind = useUIStore((state) => state.isBlind);
  return (
    <>
      <Header />
      <WorkBar />
      {!hasCards ? (
        <Draft />
      ) : (
        <div className={isSideOpen && !isBlind ? 'camp-body with-side' : 'camp-body'}>
          <div className="camp-main">
            {mode !== undefined && <CycleBar mode={mode} />}
            <InputBar />
            {mode === 'quickstart' ? <QuickStart /> : <Grid />}
          </div>
          {isSideOpen && !isBlind && <TrainerColumn />}
        </div>
      )}
      <Overlays />
    </>
  );
}
