import type { EvolutionRecord, SessionDocument } from '../../protocol/camp.ts';
import { mean, standingCases } from './standings.ts';

/** Records with what came of them: the mean score of the new version less its parent's, over training inputs. */
export function withEffects(document: SessionDocument): SessionDocument {
  const cases = standingCases(document).filter(({ input }) => input.split === 'train');
  const scoreOf = (lineage: EvolutionRecord['lineage'], version: number): number | null => {
    const latest = new Map(cases.filter(({ label, execution }) => label === lineage && execution.version === version).map((one) => [one.artifact.id, one.user?.score]));
    return mean([...latest.values()].filter((score) => score !== undefined));
  };
  const evolutions = document.evolutions.map((record) => {
    const [before, after] = [scoreOf(record.lineage, record.parentVersion), scoreOf(record.lineage, record.version)];
    return before === null || after === null ? record : { ...record, effect: after - before };
  });
  return { ...document, evolutions };
}
