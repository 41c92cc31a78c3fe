/** Chat rows, one in a hundred with one of ten defects, each of which is one problem of its line. */
export function plantedDefects(rows: number): { text: string; lines: number[] } {
  const planted: number[] = [];
  const lines = Array.from({ length: rows }, (_value, index) => {
    const line = JSON.stringify({ messages: [{ role: 'user', content: `Which of the ${String(index)} entries comes first?` }, { role: 'assistant', content: `Entry ${String((index * 7919) % rows)} comes first by its name.` }] });
    if (index % 100 !== 57) return line;
    planted.push(index);
    return defects[planted.length % defects.length]?.(line) ?? line;
  });
  return { text: `${lines.join('\n')}\n`, lines: planted };
}

const defects: readonly ((line: string) => string)[] = [
  (line) => line.replace(/\]\}$/, ',]}'),
  (line) => line.slice(0, -12),
  (line) => line.replace('"user"', '"usr"'),
  (line) => line.replace('"role":"assistant"', '"role":"user"'),
  (line) => line.replace(/"content":"Entry[^"]*"/, '"content":""'),
  (line) => line.replaceAll('"', "'"),
  (line) => line.replace('Which', 'Wh\tich'),
  (line) => line.replace('Entry', 'Ent\u200bry'),
  (line) => `${line}${line}`,
  (line) => line.replace(/"messages":.*$/, '"messages":[]}'),
];
