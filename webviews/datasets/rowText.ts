import type { DatasetRow, Message } from '../../src/protocol/datasets.ts';

/** A row as one text, for comparing two: each turn under its role. */
export function rowText(row: DatasetRow): string {
  switch (row.kind) {
    case 'text':
      return row.text;
    case 'chat':
      return turns(row.messages);
    case 'preference':
      return [turns(row.messages), `chosen\n${turns(row.chosen)}`, `rejected\n${turns(row.rejected)}`].join('\n\n');
    case 'kto':
      return [turns(row.messages), turns(row.completion), row.label ? 'good' : 'bad'].join('\n\n');
  }
}

function turns(messages: readonly Message[]): string {
  return messages
    .map(({ role, content, tool_calls: calls }) => {
      const text = typeof content === 'string' ? content : content === null ? '' : JSON.stringify(content);
      return `${role}: ${text}${calls === undefined ? '' : ` ${JSON.stringify(calls.map((call) => call.function))}`}`;
    })
    .join('\n\n');
}
