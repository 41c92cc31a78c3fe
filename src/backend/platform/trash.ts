import { rmSync } from 'node:fs';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Deletes a folder and everything in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Moves a folder, or a file with its extension, into the trash under a name that is free there, and answers where it is. */
export async function moveToTrash(folder: string, trash: string, stamp: string): Promise<string> {
  await mkdir(trash, { recursive: true });
  const extension = (await stat(folder)).isFile() ? path.extname(folder) : '';
  const target = path.join(trash, `${path.basename(folder, extension)}-${stamp}${extension}`);
  try {
    await rename(folder, target);
  } catch (error) {
    // Another file system, or a file that Windows holds open: copy, then delete what can be deleted.
    await cp(folder, target, { recursive: true, errorOnExist: true });
    await removeFolder(folder).catch(() => {
      throw error;
    });
  }
  return target;
}

/** Deletes a file; one that is not there is no error. */
export function removeFile(file: string): void {
  rmSync(file, { force: true });
}
