import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { listFolder } from './files.ts';
import { isAlive, processSchema, type ProcessIdentity } from './process.ts';

const contentSchema = z.object({
  v: z.literal(1),
  workspace: z.string(),
  runId: z.string(),
  /** The lease stands as long as one of them lives: the worker, and the trainer that outlives it. Empty: given back. */
  holders: z.array(processSchema),
});
type Content = z.infer<typeof contentSchema>;

export interface DeviceLease {
  device: string;
  generation: number;
  workspace: string;
  runId: string;
}

export interface DeviceUse {
  device: string;
  workspace: string;
  runId: string;
}

/**
 * Takes a device for one run, across all workspaces of this machine, or answers null while another run has it. The
 * same run gets its lease back, which is how a new worker goes on with a trainer that it adopted.
 *
 * Each holder writes a file of the next generation, which `link` makes whole and for one process only; the highest
 * generation counts. It is never deleted, only marked as given back, so that no slow starter can take a name again.
 */
export function takeDevice(folder: string, device: string, use: { workspace: string; runId: string; holders: ProcessIdentity[] }): DeviceLease | null {
  mkdirSync(folder, { recursive: true });
  const highest = highestGeneration(folder, device);
  const current = highest === 0 ? null : readContent(fileOf(folder, device, highest));
  if (current !== null && isTaken(current)) {
    if (current.workspace !== use.workspace || current.runId !== use.runId) return null;
    const lease = { device, generation: highest, workspace: use.workspace, runId: use.runId };
    setDeviceHolders(folder, lease, use.holders);
    return lease;
  }
  const generation = highest + 1;
  const target = fileOf(folder, device, generation);
  if (!createWhole(target, { v: 1, ...use })) return null;
  if (highestGeneration(folder, device) !== generation) {
    rmSync(target, { force: true });
    return null;
  }
  for (const older of generations(folder, device)) if (older < generation) rmSync(fileOf(folder, device, older), { force: true });
  return { device, generation, workspace: use.workspace, runId: use.runId };
}

/** Names who keeps the lease alive from now on. */
export function setDeviceHolders(folder: string, lease: DeviceLease, holders: ProcessIdentity[]): void {
  const target = fileOf(folder, lease.device, lease.generation);
  const temporary = `${target}.${process.pid}.tmp`;
  const content: Content = { v: 1, workspace: lease.workspace, runId: lease.runId, holders };
  try {
    writeFileSync(temporary, JSON.stringify(content));
    renameSync(temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Gives a device back. */
export function releaseDevice(folder: string, lease: DeviceLease): void {
  setDeviceHolders(folder, lease, []);
}

/** Who uses a device of this machine now; null when it is free. */
export function deviceUse(folder: string, device: string): DeviceUse | null {
  const highest = highestGeneration(folder, device);
  const content = highest === 0 ? null : readContent(fileOf(folder, device, highest));
  return content !== null && isTaken(content) ? { device, workspace: content.workspace, runId: content.runId } : null;
}

/** Devices that runs of a workspace use now. */
export function usesOfWorkspace(folder: string, workspace: string): DeviceUse[] {
  const devices = new Set(listFolder(folder).flatMap((name) => /^(.+)\.\d+\.json$/.exec(name)?.[1] ?? []));
  return [...devices].flatMap((device) => {
    const use = deviceUse(folder, device);
    return use !== null && use.workspace === workspace ? [use] : [];
  });
}

function isTaken(content: Content): boolean {
  // A holder on another host (a shared home folder) can't be looked at: it does not use this machine's devices.
  return content.holders.some((holder) => isAlive(holder) === true);
}

function fileOf(folder: string, device: string, generation: number): string {
  return path.join(folder, `${device}.${generation}.json`);
}

function generations(folder: string, device: string): number[] {
  const prefix = `${device}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+\.json$/.test(name.slice(prefix.length)))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10));
}

function highestGeneration(folder: string, device: string): number {
  return Math.max(0, ...generations(folder, device));
}

function readContent(file: string): Content | null {
  try {
    const parsed = contentSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Superseded between listing and reading, or not ours: nobody holds it.
    return null;
  }
}

function createWhole(target: string, content: Content): boolean {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(content));
    linkSync(temporary, target);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    removeQuietly(temporary);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What went wrong before it is what matters, and a file left over is no lease.
  }
}
