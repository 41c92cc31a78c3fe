import type { Strategy } from '../../../src/protocol/camp.ts';

/** Four ways to go about the need: each with a tag to know it by. What stands here is what agents are made of. */
export function StrategiesEditor({ strategies, isDisabled, onChange }: { strategies: readonly Strategy[]; isDisabled: boolean; onChange: (strategies: Strategy[]) => void }) {
  const replace = (at: number, change: Partial<Strategy>) => onChange(strategies.map((strategy, index) => (index === at ? { ...strategy, ...change } : strategy)));
  return (
    <div className="strategies">
      {strategies.map(({ label, tag, approach }, index) => (
        <fieldset key={label} className="strategy" disabled={isDisabled}>
          <legend>{label}</legend>
          <input type="text" aria-label={`Tag of strategy ${label}`} value={tag} maxLength={60} onChange={({ target }) => replace(index, { tag: target.value })} />
          <textarea rows={5} aria-label={`Approach of strategy ${label}`} value={approach} maxLength={4000} onChange={({ target }) => replace(index, { approach: target.value })} />
        </fieldset>
      ))}
    </div>
  );
}
