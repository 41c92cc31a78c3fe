import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';
import { root } from '../runner/suite.ts';
import { Workbench, type WorkbenchOptions } from './workbench.ts';

/**
 * One journey of a person through a real VS Code: opens a window, walks, and closes everything. Fails as well when a
 * process outlives the window that should not. A failure leaves a picture in .build/screenshots/failures and the logs.
 */
export function journey(title: string, options: WorkbenchOptions, walk: (workbench: Workbench) => Promise<void>): void {
  test(title, async ({ onTestFinished, task }) => {
    const workbench = await Workbench.open(options);
    // Comes after a walk that took too long as well, which itself goes on until its window is gone.
    onTestFinished(async () => {
      const hasFailed = task.result?.state === 'fail';
      if (hasFailed) await keepPicture(workbench, title);
      await workbench.close();
      if (!hasFailed) workbench.server.remove();
    });
    await walk(workbench);
  });
}

async function keepPicture(workbench: Workbench, title: string): Promise<void> {
  const folder = path.join(root, '.build', 'screenshots', 'failures');
  mkdirSync(folder, { recursive: true });
  // The journey's own failure is the one to tell.
  await workbench.page.screenshot({ path: path.join(folder, `${title.replaceAll(/\W+/g, '-')}.png`) }).catch(() => undefined);
  console.error(`The logs are kept in ${workbench.server.folder}`);
}
