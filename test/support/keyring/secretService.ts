import { execa } from 'execa';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { until } from '../until.ts';

const programs = ['dbus-daemon', 'gnome-keyring-daemon'];

/** Whether this machine has what a Secret Service of a test's own needs. */
export const hasSecretService = process.platform === 'linux' && programs.every(isOnPath);

export interface SecretService {
  /** What processes need that are to find it, and no other: the person's own keyring is on another bus. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** A real Secret Service, unlocked, on a bus of its own and with its keyring below `folder`. */
export async function startSecretService(folder: string): Promise<SecretService> {
  const bus = path.join(folder, 'bus');
  const data = path.join(folder, 'data');
  const runtime = path.join(folder, 'runtime');
  mkdirSync(data, { recursive: true });
  mkdirSync(runtime, { mode: 0o700 });
  const env = { HOME: folder, XDG_DATA_HOME: data, XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`, GNOME_KEYRING_CONTROL: '' };
  const quiet = { env, reject: false, stdout: 'ignore', stderr: 'ignore' } as const;
  const daemon = execa('dbus-daemon', ['--session', '--nofork', `--address=unix:path=${bus}`], quiet);
  await until('the bus', () => existsSync(bus));
  const service = execa('gnome-keyring-daemon', ['--unlock', '--components=secrets', '--foreground'], { ...quiet, input: 'of the test' });
  await until('the keyring', () => existsSync(path.join(data, 'keyrings', 'login.keyring')));
  return {
    env,
    stop: async () => {
      service.kill();
      await service;
      daemon.kill();
      await daemon;
    },
  };
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
