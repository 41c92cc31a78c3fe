import { Button } from '../../shared/parts/button.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { examine } from '../feed.ts';
import { useDashboard, usePanel } from '../panelContext.ts';
import type { Check, Facts } from '../store.ts';

/** What training needs on this machine, and what the doctor finds. */
export function Machine() {
  const { backend, useStore } = usePanel();
  const facts = useDashboard((state) => state.facts);
  const checks = useDashboard((state) => state.checks);
  const isExamining = useDashboard((state) => state.isExamining);
  const isMissing = facts !== null && (facts.python === null || facts.torch === null || facts.model === null);
  return (
    <Section
      title="This machine"
      actions={
        <Button look="plain" icon="pulse" isDisabled={isExamining} onClick={() => void examine(backend, useStore)}>
          {isExamining ? 'Examining…' : 'Examine'}
        </Button>
      }
    >
      <dl className="facts">
        {factsOf(facts).map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={value === null ? 'warning' : undefined}>{value ?? 'not set up'}</dd>
          </div>
        ))}
      </dl>
      {isMissing && (
        <Button icon="cloud-download" onClick={() => backend.act('setup.run', null)}>
          Set up
        </Button>
      )}
      {checks !== null && <Checks checks={checks} />}
    </Section>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="rows" aria-label="What the doctor found">
      {checks.map(({ id, status, message, hint }) => (
        <li key={id} className="alert-row">
          <span className={status === 'ok' ? 'good' : status === 'warning' ? 'warning' : 'bad'}>
            <Icon name={status === 'ok' ? 'pass' : status} />
            <span className="visually-hidden">{status}</span>
          </span>
          <div>
            {message}
            {hint !== null && <p className="muted">{hint}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Empty text until they are known, so that nothing jumps. */
function factsOf(facts: Facts | null): { name: string; value: string | null }[] {
  if (facts === null) return ['Python', 'PyTorch', 'Device', 'Model'].map((name) => ({ name, value: ' ' }));
  return [
    { name: 'Python', value: facts.python?.version ?? null },
    { name: 'PyTorch', value: facts.torch },
    { name: 'Device', value: facts.device },
    { name: 'Model', value: facts.model?.id ?? null },
  ];
}
