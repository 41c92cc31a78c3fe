import { Sparkline } from '../../shared/parts/sparkline.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { heldOutLine, historyOf, regressionsAt } from '../model/history.ts';
import { currentCycle } from '../model/standings.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';

/** Scores by lineage and cycle, how it goes on inputs that nobody tuned to, and which cases got worse. */
export function History() {
  const document = useDocument();
  const change = useUIStore((state) => state.change);
  const close = useUIStore((state) => state.close);
  const newest = currentCycle(document);
  const heldOut = heldOutLine(document);
  const known = heldOut.filter((one) => one !== null);
  const look = (cycle: number) => {
    change({ cycle: cycle === newest ? 0 : cycle });
    close();
  };
  return (
    <>
      <div className="table-scroll" role="region" aria-label="Scores by cycle" tabIndex={0}>
        <table className="history">
          <thead>
            <tr>
              <th scope="col">Lineage</th>
              {document.cycles.map(({ number }) => (
                <th key={number} scope="col" className="number">
                  <button type="button" className="link" title="Look at this cycle" onClick={() => look(number)}>
                    Cycle {number}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {historyOf(document).map(({ label, strategyTag, cells }) => (
              <tr key={label}>
                <th scope="row">
                  {label} <span className="muted"><VisibleText text={strategyTag} /></span>
                </th>
                {cells.map(({ cycle, score, version, isLocked }) => (
                  <td key={cycle} className="number">
                    {score === null ? '–' : score.toFixed(1)}
                    <span className="muted">
                      {' '}
                      {version === null ? '' : `v${String(version)}`}
                      {isLocked ? ' locked' : ''}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">Held out, all lineages</th>
              {heldOut.map((mean, index) => (
                <td key={index} className="number">
                  {mean === null ? '–' : mean.toFixed(1)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      {known.length > 1 && (
        <figure className="held-out-line">
          <figcaption className="muted">Held-out score by cycle</figcaption>
          <Sparkline values={known} from={1} to={10} label={`Held-out score by cycle: ${known.map((one) => one.toFixed(1)).join(', ')}`} />
        </figure>
      )}
      {!document.inputs.some(({ split }) => split === 'heldOut') && <p className="muted">No input is held out, so nothing shows whether a change helps on cases that nobody tuned to.</p>}
      <Regressions />
    </>
  );
}

/** Cases that got worse in the newest cycle, each named. */
export function Regressions() {
  const document = useDocument();
  const cycle = currentCycle(document);
  const worse = regressionsAt(document, cycle);
  if (worse.length === 0) return null;
  return (
    <section>
      <h3>Worse than in cycle {cycle - 1}</h3>
      <ul className="regressions">
        {worse.map(({ label, input, split, before, after }) => (
          <li key={`${label} ${String(input)}`}>
            {label} on input {input}
            {split === 'heldOut' ? ', held out' : ''}: <span className="bad">{`${String(before)} → ${String(after)}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
