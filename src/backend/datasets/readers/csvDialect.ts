/** How a delimited file is written. */
export interface CsvDialect {
  /** The delimiter's byte. */
  delimiter: number;
  newline: number;
}

const candidates = [',', '\t', ';', '|'] as const;

/** The delimiter that a first line `sep=;` names, as Excel writes it; else the one that cuts the first records into the same number of columns, at least two; else the comma. */
export function sniffDelimiter(head: string, extension: string): string {
  const said = /^sep=([,\t;|])\r?\n/i.exec(head)?.[1];
  if (said !== undefined) return said;
  if (extension === '.tsv' || extension === '.tab') return '\t';
  let best: string = ',';
  let bestScore = 0;
  for (const delimiter of candidates) {
    const counts = columnCounts(head, delimiter);
    const [first] = counts;
    if (first === undefined || first < 2) continue;
    const same = counts.filter((count) => count === first).length / counts.length;
    const score = same * 100 + Math.min(first, 20) / 100;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Columns of the first records, quotes respected. The last one may be cut and is left out. */
function columnCounts(head: string, delimiter: string): number[] {
  const counts: number[] = [];
  let columns = 1;
  let isQuoted = false;
  let isAtFieldStart = true;
  for (const character of head) {
    if (character === '"' && (isQuoted || isAtFieldStart)) isQuoted = !isQuoted;
    if (!isQuoted && character === delimiter) columns++;
    if (!isQuoted && (character === '\n' || character === '\r')) {
      if (columns > 1 || !isAtFieldStart) counts.push(columns);
      columns = 1;
      if (counts.length >= 50) return counts;
    }
    isAtFieldStart = character === delimiter || character === '\n' || character === '\r';
  }
  if (counts.length === 0) counts.push(columns);
  return counts;
}
