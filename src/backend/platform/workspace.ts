import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where everything of one workspace lies. Paths only: nothing is created here. */
export interface Workspace {
  root: string;
  codeAgents: string;
  training: string;
  database: string;
  datasets: string;
  runs: string;
  adapters: string;
  /** Answers that were paid for and are not in the journal yet. */
  answers: string;
  logs: string;
  trash: string;
}

export function workspaceAt(folder: string): Workspace {
  const root = path.resolve(folder);
  const training = path.join(root, '.training');
  return {
    root,
    codeAgents: path.join(root, 'CodeAgents'),
    training,
    database: path.join(training, 'training.db'),
    datasets: path.join(training, 'datasets'),
    runs: path.join(training, 'runs'),
    adapters: path.join(training, 'adapters'),
    answers: path.join(training, 'answers'),
    logs: path.join(training, 'logs'),
    trash: path.join(training, 'trash'),
  };
}

/** The nearest folder, from `start` upwards, with `CodeAgents` or `.training`; else `start` itself. */
export function findWorkspace(start: string): Workspace {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'CodeAgents')) || existsSync(path.join(folder, '.training'))) return workspaceAt(folder);
    if (path.dirname(folder) === folder) return workspaceAt(path.resolve(start));
  }
}

/** User-wide data: the trainer's Python environment, base models, device leases. */
export interface Home {
  root: string;
  python: string;
  models: string;
  leases: string;
  downloads: string;
}

export function homeAt(root: string): Home {
  return {
    root,
    python: path.join(root, 'python'),
    models: path.join(root, 'models'),
    leases: path.join(root, 'leases'),
    downloads: path.join(root, 'downloads'),
  };
}

/** `TRAINING_CAMP_HOME`, else the platform's data folder. */
export function findHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Home {
  const explicit = env['TRAINING_CAMP_HOME'];
  if (explicit !== undefined && explicit !== '') return homeAt(path.resolve(explicit));
  if (platform === 'win32') return homeAt(path.join(env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), 'training-camp'));
  if (platform === 'darwin') return homeAt(path.join(homedir(), 'Library', 'Application Support', 'training-camp'));
  return homeAt(path.join(env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'training-camp'));
}
