import type { Message } from '../../src/protocol/datasets.ts';
import { JsonValue } from './jsonValue.tsx';
import { LongText } from './longText.tsx';
import { VisibleText } from '../shared/parts/visibleText.tsx';

/** Turns of a chat in order. A turn that is context only says so. */
export function Chat({ messages }: { messages: readonly Message[] }) {
  return (
    <ol className="chat">
      {messages.map((message, index) => (
        <Turn key={index} message={message} />
      ))}
    </ol>
  );
}

const icons: Readonly<Record<Message['role'], string>> = { system: 'settings-gear', developer: 'tools', user: 'account', assistant: 'hubot', tool: 'terminal' };

function Turn({ message }: { message: Message }) {
  const { role, content, name, tool_calls: calls, tool_call_id: answers, reasoning_content: reasoning, weight } = message;
  const isTrained = role === 'assistant' && weight !== 0;
  return (
    <li className={`turn ${role}${isTrained ? ' trained' : ''}`}>
      <div className="turnHead">
        <span className={`codicon codicon-${icons[role]}`} aria-hidden="true" /> {role}
        {name === undefined ? null : (
          <>
            {' '}
            <VisibleText text={name} />
          </>
        )}
        {answers === undefined ? null : (
          <span className="muted">
            {' '}
            answers <VisibleText text={answers} />
          </span>
        )}
        {role === 'assistant' ? <span className={isTrained ? 'tag' : 'tag context'}>{weightText(weight)}</span> : null}
      </div>
      {reasoning === undefined ? null : (
        <details>
          <summary>Reasoning</summary>
          <LongText className="turnText muted" text={reasoning} />
        </details>
      )}
      {typeof content === 'string' ? <LongText className="turnText" text={content} /> : content === null ? null : content.map((part, index) => <Part key={index} part={part} />)}
      {calls?.map((call, index) => (
        <JsonValue key={index} label={`calls ${call.function.name}`} value={call.function.arguments} isOpen />
      ))}
    </li>
  );
}

function Part({ part }: { part: Readonly<Record<string, unknown>> }) {
  const text = part['text'];
  return part['type'] === 'text' && typeof text === 'string' ? <LongText className="turnText" text={text} /> : <JsonValue label={`Part of type ${String(part['type'])}, not trained`} value={part} />;
}

function weightText(weight: number | undefined): string {
  if (weight === 0) return 'weight 0: context, not trained';
  return weight === undefined || weight === 1 ? 'trained' : `trained with weight ${weight}`;
}
