import { z } from 'zod';
import { failure, type CampError } from '../../protocol/errors.ts';
import { runCommand } from '../platform/command.ts';
import { pythonEnvironment } from './pythonPaths.ts';

/** The trainer is written for the lower bound; the upper one is the newest with wheels of the pinned torch. */
const oldestMinor = 11;
const newestMinor = 14;

export interface PythonCommand {
  file: string;
  args: string[];
}

export interface FoundPython extends PythonCommand {
  version: string;
  executable: string;
  hasVenv: boolean;
}

/** What to try, best first. `TRAINING_CAMP_PYTHON` names one and then nothing else is tried. */
export function pythonCandidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): PythonCommand[] {
  const named = env['TRAINING_CAMP_PYTHON'];
  if (named !== undefined && named !== '') return [{ file: named, args: [] }];
  const minors = [13, 12, 11, newestMinor];
  if (platform === 'win32') {
    return [...minors.map((minor) => ({ file: 'py', args: [`-3.${minor}`] })), { file: 'python', args: [] }, { file: 'python3', args: [] }];
  }
  return [{ file: 'python3', args: [] }, ...minors.map((minor) => ({ file: `python3.${minor}`, args: [] })), { file: 'python', args: [] }];
}

const probeSchema = z.object({ version: z.tuple([z.int(), z.int(), z.int()]), executable: z.string(), hasVenv: z.boolean(), is64Bit: z.boolean() });

// ensurepip is what Debian takes out of its python3 package; venv can be imported without it and then fails.
const probe = `
import importlib.util, json, sys
has = all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))
print(json.dumps({"version": sys.version_info[:3], "executable": sys.executable, "hasVenv": has, "is64Bit": sys.maxsize > 2**32}))
`;

/** The first Python on this machine that can carry the trainer. */
export async function findPython(options: { platform: NodeJS.Platform; env: NodeJS.ProcessEnv; signal?: AbortSignal }): Promise<FoundPython> {
  const { platform, env, signal } = options;
  const unfit: string[] = [];
  let withoutVenv: FoundPython | undefined;
  for (const candidate of pythonCandidates(platform, env)) {
    const result = await runCommand({
      ...candidate,
      args: [...candidate.args, '-c', probe],
      env: pythonEnvironment(env),
      timeoutMs: 30_000,
      ...(signal === undefined ? {} : { signal }),
    });
    const facts = result.exitCode === 0 ? parseProbe(result.stdout) : undefined;
    if (facts === undefined) continue;
    const [major, minor] = facts.version;
    const version = facts.version.join('.');
    if (major !== 3 || minor < oldestMinor || minor > newestMinor || !facts.is64Bit) {
      unfit.push(`${candidate.file} is ${version}${facts.is64Bit ? '' : ' (32 bit)'}`);
      continue;
    }
    const found = { ...candidate, version, executable: facts.executable, hasVenv: facts.hasVenv };
    if (found.hasVenv) return found;
    withoutVenv ??= found;
  }
  throw withoutVenv === undefined ? noPython(platform, unfit) : noVenv(withoutVenv);
}

function parseProbe(text: string): z.infer<typeof probeSchema> | undefined {
  try {
    return probeSchema.parse(JSON.parse(text));
  } catch {
    // Something else that is called python, such as the Microsoft Store's placeholder.
    return undefined;
  }
}

function noPython(platform: NodeJS.Platform, unfit: string[]): CampError {
  const seen = unfit.length === 0 ? '' : ` Found: ${[...new Set(unfit)].join(', ')}.`;
  const how = {
    win32: 'Install it from python.org or the Microsoft Store',
    darwin: 'Install it from python.org or with Homebrew',
  };
  const hint = platform === 'win32' || platform === 'darwin' ? how[platform] : 'Install it with your system’s package manager (Debian and Ubuntu: apt install python3 python3-venv)';
  return failure('python_not_found', `Python 3.${oldestMinor} to 3.${newestMinor} (64 bit) is needed for training and was not found.${seen}`, {
    hint: `${hint}, or name one: TRAINING_CAMP_PYTHON=/path/to/python. Then: training setup`,
  });
}

function noVenv(python: FoundPython): CampError {
  const package_ = `python${python.version.split('.').slice(0, 2).join('.')}-venv`;
  return failure('python_without_venv', `Python ${python.version} (${python.executable}) cannot make virtual environments: its ensurepip or venv module is missing.`, {
    hint: `Debian and Ubuntu: apt install ${package_} (or python3-venv). Then: training setup`,
  });
}
