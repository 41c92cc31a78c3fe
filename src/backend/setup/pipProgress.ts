/** How far an installation is, as its output tells. */
export interface PipProgress {
  message: string;
  /** 0 to 1, or null while unknown. */
  fraction: number | null;
}

/** Share of the bar that looking for and downloading takes; the rest is unpacking, of which pip says nothing. */
const collectingShare = 0.7;

/** Reads pip's (and uv's) lines. `expected` is the number of packages in the lock file. */
export function pipProgressReader(expected: number): (line: string) => PipProgress | undefined {
  const collected = new Set<string>();
  const fraction = () => collectingShare * Math.min(1, collected.size / Math.max(1, expected));
  return (line) => {
    const collecting = /^Collecting ([A-Za-z0-9._-]+)/.exec(line)?.[1];
    if (collecting !== undefined) {
      collected.add(collecting.toLowerCase());
      return { message: 'collecting packages', fraction: fraction() };
    }
    const download = /^\s*Downloading (\S+)(?: \(([^)]+)\))?/.exec(line);
    if (download?.[1] !== undefined) {
      const name = packageOf(download[1]);
      const size = download[2];
      // Hundreds of kilobytes are over before they are read.
      if (size === undefined || !/\b[MG]B$/.test(size)) return undefined;
      return { message: `downloading ${name} (${size})`, fraction: fraction() };
    }
    if (line.startsWith('Installing collected packages')) return { message: 'unpacking', fraction: collectingShare };
    if (/^(Successfully installed|Installed \d+ packages)/.test(line)) return { message: 'installed', fraction: 1 };
    const prepared = /^(Resolved|Prepared) \d+ packages.*/.exec(line)?.[0];
    return prepared === undefined ? undefined : { message: prepared.toLowerCase(), fraction: line.startsWith('Prepared') ? collectingShare : 0.2 };
  };
}

/** numpy-2.4.6-cp311-cp311-linux_x86_64.whl → numpy */
function packageOf(file: string): string {
  const name = file.split('/').at(-1) ?? file;
  return name.split('-')[0] ?? name;
}
