import type { DatasetRow } from '../../src/protocol/datasets.ts';
import { Chat } from './chat.tsx';
import { JsonValue } from './jsonValue.tsx';
import { LongText } from './longText.tsx';

/** A row as it is: a chat, a text, two answers side by side, or one with its label; with its tools and kept columns. */
export function RowValue({ value }: { value: DatasetRow }) {
  return (
    <div className="rowValue">
      <Body value={value} />
      {value.id === undefined ? null : <JsonValue label="Id" value={value.id} />}
      {value.tools === undefined ? null : <JsonValue label={`Tools (${value.tools.length})`} value={value.tools} />}
      {value.meta === undefined ? null : <JsonValue label="Other columns, kept and not trained" value={value.meta} />}
    </div>
  );
}

function Body({ value }: { value: DatasetRow }) {
  switch (value.kind) {
    case 'text':
      return <LongText className="turnText" text={value.text} />;
    case 'chat':
      return <Chat messages={value.messages} />;
    case 'preference':
      return (
        <>
          <Chat messages={value.messages} />
          <div className="sideBySide">
            <section aria-label="Chosen answer">
              <h3>
                <span className="codicon codicon-thumbsup" aria-hidden="true" /> Chosen
              </h3>
              <Chat messages={value.chosen} />
            </section>
            <section aria-label="Rejected answer">
              <h3>
                <span className="codicon codicon-thumbsdown" aria-hidden="true" /> Rejected
              </h3>
              <Chat messages={value.rejected} />
            </section>
          </div>
        </>
      );
    case 'kto':
      return (
        <>
          <Chat messages={value.messages} />
          <h3>
            <span className={`codicon codicon-thumbs${value.label ? 'up' : 'down'}`} aria-hidden="true" /> {value.label ? 'A good answer' : 'A bad answer'}
          </h3>
          <Chat messages={value.completion} />
        </>
      );
  }
}
