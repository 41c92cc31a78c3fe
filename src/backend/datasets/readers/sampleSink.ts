import type { Json } from '../../../protocol/json.ts';
import type { RowIssue } from '../formats/issues.ts';
import { parseLine } from '../formats/parseLine.ts';
import { IssueLog } from '../import/issueLog.ts';
import type { RecordSink } from './recordSink.ts';

const sampleRows = 300;
const sampleBytes = 8 << 20;

/** Takes the first records of a file, for the detection of its format. What is broken is reported in the real pass. */
export class SampleSink implements RecordSink {
  readonly samples: Json[] = [];
  readonly issues = new IssueLog(10);
  /** The first record that was no JSON, and why. */
  fault: { line: number; issue: RowIssue } | undefined;
  #bytes = 0;
  #records = 0;

  /** True while no record came. */
  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get isDone(): boolean {
    return this.samples.length >= sampleRows || this.#records >= sampleRows * 10 || (this.#bytes >= sampleBytes && this.samples.length > 0);
  }

  json(source: Buffer, start: number, end: number, line: number): void {
    if (this.#takes(end - start)) this.#parse(source.toString('utf8', start, end), line);
  }

  /** A record that is a text already, as in an editor. */
  text(text: string, line: number): void {
    if (this.#takes(Buffer.byteLength(text))) this.#parse(text, line);
  }

  value(value: Json): void {
    this.#records++;
    if (!this.isDone) this.samples.push(value);
  }

  broken(): void {
    this.#records++;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  #takes(sizeBytes: number): boolean {
    if (this.isDone) return false;
    this.#records++;
    this.#bytes += sizeBytes;
    return sizeBytes <= sampleBytes * 8;
  }

  #parse(text: string, line: number): void {
    const value = parseLine(text, (issue) => {
      if (issue.severity === 'error') this.fault ??= { line, issue };
    });
    if (value !== undefined) this.samples.push(value);
  }
}
