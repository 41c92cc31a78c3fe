import { useEffect, useEffectEvent, useState } from 'react';
import type { NumberRange } from '../../src/protocol/datasetPages.ts';
import { Button } from '../shared/parts/button.tsx';
import type { UseDataset } from './datasetStore.ts';
import { conditionsIn } from './panelState.ts';

/** Typing is over when nothing was typed for so long. */
const typingMs = 300;

export function Filters({ useDataset }: { useDataset: UseDataset }) {
  const { filter, changeFilter, clearFilter, report } = useDataset();
  const issues = (report?.issues ?? []).filter(({ places }) => places.some(({ row }) => row !== null));
  return (
    <div className="filters" role="search" aria-label="Filter rows">
      <Typed label="Text in rows" placeholder="Search in rows" value={filter.text} onTyped={(text) => changeFilter({ text })} className="searchBox" />
      <label>
        <span>Split</span>
        <select value={filter.split ?? ''} onChange={({ target }) => changeFilter({ split: splitOf(target.value) })}>
          <option value="">all</option>
          <option value="train">train</option>
          <option value="validation">validation</option>
          <option value="test">test</option>
        </select>
      </label>
      <Range label="Quality" range={filter.quality} onRange={(quality) => changeFilter({ quality })} />
      <Range label="Tokens" range={filter.tokens} onRange={(tokens) => changeFilter({ tokens })} />
      <label>
        <span>Issue</span>
        <select value={filter.issue ?? ''} disabled={issues.length === 0 && filter.issue === null} onChange={({ target }) => changeFilter({ issue: target.value === '' ? null : target.value })}>
          <option value="">any or none</option>
          {issues.map(({ code }) => (
            <option key={code}>{code}</option>
          ))}
        </select>
      </label>
      <Button icon="clear-all" isDisabled={conditionsIn(filter) === 0} onClick={clearFilter}>
        Clear Filters
      </Button>
    </div>
  );
}

function splitOf(value: string): 'train' | 'validation' | 'test' | null {
  return value === 'train' || value === 'validation' || value === 'test' ? value : null;
}

function Range({ label, range, onRange }: { label: string; range: NumberRange; onRange: (range: NumberRange) => void }) {
  return (
    <fieldset className="range">
      <legend>{label}</legend>
      <Typed label={`${label} from`} placeholder="from" value={textOf(range.from)} onTyped={(text) => onRange({ ...range, from: numberOf(text) })} className="number" isNumber />
      <span aria-hidden="true">–</span>
      <Typed label={`${label} to`} placeholder="to" value={textOf(range.to)} onTyped={(text) => onRange({ ...range, to: numberOf(text) })} className="number" isNumber />
    </fieldset>
  );
}

interface TypedProps {
  label: string;
  placeholder: string;
  value: string;
  onTyped: (text: string) => void;
  className: string;
  isNumber?: boolean;
}

/** A text field that tells what was typed when typing is over. */
function Typed({ label, placeholder, value, onTyped, className, isNumber = false }: TypedProps) {
  // What is being typed holds until typing is over or the value changes in another way.
  const [draft, setDraft] = useState({ over: value, text: value });
  const text = draft.over === value ? draft.text : value;
  const tell = useEffectEvent(() => {
    setDraft({ over: text, text });
    onTyped(text);
  });
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => tell(), typingMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return <input className={className} type={isNumber ? 'number' : 'search'} step="any" min={0} aria-label={label} placeholder={placeholder} value={text} onChange={({ target }) => setDraft({ over: value, text: target.value })} />;
}

function textOf(value: number | null): string {
  return value === null ? '' : String(value);
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}
