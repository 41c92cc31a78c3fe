import { copyFileSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fileFacts, moveIntoPlace, syncFile, writeFileAtomically } from '../platform/files.ts';
import { addVersion, type DatasetVersion } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';
import { asWriteFailure, makeStage, removeStage } from './import/stage.ts';
import { datasetFile, indexFile, rowsFile, versionFolder } from './splitFile.ts';

/** Makes the content of an earlier version the newest version: versions are immutable, so it is a new one. */
export function restoreVersion(store: Store, old: DatasetVersion, place: { datasets: string; isAlive: (pid: number) => boolean }): DatasetVersion {
  const stage = makeStage({ isPlan: false, datasets: place.datasets, isAlive: place.isAlive });
  try {
    for (const name of [rowsFile, indexFile]) {
      copyFileSync(path.join(old.path, name), path.join(stage, name), constants.COPYFILE_FICLONE);
      syncFile(path.join(stage, name));
    }
    const description = z.looseObject({}).parse(JSON.parse(readFileSync(path.join(old.path, datasetFile), 'utf8')));
    return addVersion(store, { ...old, ...old.splits }, {
      idOf: () => old.id,
      isFree: (id, number) => fileFacts(versionFolder(place.datasets, id, number)) === null,
      move: (id, number) => {
        const target = versionFolder(place.datasets, id, number);
        const restored = { ...description, version: number, created: store.clock.now().toISOString(), restoredFrom: old.version };
        writeFileAtomically(path.join(stage, datasetFile), `${JSON.stringify(restored, null, 2)}\n`);
        moveIntoPlace(stage, target);
        return target;
      },
    });
  } catch (error) {
    throw asWriteFailure(error);
  } finally {
    removeStage(stage);
  }
}
