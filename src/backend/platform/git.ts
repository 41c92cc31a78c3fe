import { execa } from 'execa';

/** The commit that `folder` is at, or null outside git and where git is not installed. */
export async function gitCommit(folder: string): Promise<string | null> {
  const result = await execa('git', ['rev-parse', 'HEAD'], { cwd: folder, reject: false, timeout: 5000, stdin: 'ignore' });
  const commit = result.exitCode === 0 ? result.stdout.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}
