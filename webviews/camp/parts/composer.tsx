import { useRef } from 'react';
import { Button } from '../../shared/parts/button.tsx';
import { editedStrategies, isFilled } from '../model/editedStrategies.ts';
import { lineageLabels } from '../model/labels.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';

/** Enter sends, Shift+Enter begins a line. What is written stays over hiding and reload. */
export function Composer({ isWorking }: { isWorking: boolean }) {
  const { actions, uiStore } = usePanel();
  const { lineages, strategies } = useDocument();
  const text = useUIStore((state) => state.message);
  const chosen = useUIStore((state) => state.messageAbout);
  const kept = useUIStore((state) => state.strategies);
  const change = useUIStore((state) => state.change);
  const field = useRef<HTMLTextAreaElement>(null);
  const known = lineageLabels.filter((label) => [...lineages, ...strategies].some((one) => one.label === label));
  const about = known.find((label) => label === chosen) ?? null;
  const canSend = !isWorking && text.trim() !== '';
  const send = () => {
    if (!canSend) return;
    change({ message: '' });
    // The keys of a panel without a focus are the cards'.
    field.current?.focus();
    const edited = lineages.length > 0 ? null : editedStrategies(kept, strategies);
    actions.chat({ text: text.trim(), about, edited: edited?.every(isFilled) === true ? edited : null }, () => {
      // What was begun meanwhile stays.
      const { message } = uiStore.getState();
      change({ message: message.trim() === '' ? text : `${text}\n${message}` });
    });
  };
  return (
    <div className="composer">
      <textarea
        ref={field}
        rows={3}
        aria-label="Message to the trainer"
        placeholder="Such as: why does B score lower than A?"
        maxLength={20_000}
        value={text}
        onChange={({ target }) => change({ message: target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="composer-row">
        <select aria-label="About" value={about ?? ''} onChange={({ target }) => change({ messageAbout: target.value })}>
          <option value="">about all of them</option>
          {known.map((label) => (
            <option key={label} value={label}>
              about {label}
            </option>
          ))}
        </select>
        <Button icon="send" isDisabled={!canSend} title={isWorking ? 'Work is under way' : 'Enter'} onClick={send}>
          Send
        </Button>
      </div>
    </div>
  );
}
