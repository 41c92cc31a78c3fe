/** Whether UTF-8's byte order mark stands at `at`: within a file where files were joined. */
export function hasMark(buffer: Buffer, at: number, end: number): boolean {
  return buffer[at] === 0xef && at + 2 < end && buffer[at + 1] === 0xbb && buffer[at + 2] === 0xbf;
}

export const markBytes = 3;

/** What is said of a mark that was skipped. */
export const markMessage = 'A byte order mark stands in the middle of the file, as where files were joined; it was skipped.';
