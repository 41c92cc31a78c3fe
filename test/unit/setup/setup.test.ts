import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { gpuCheck } from '../../../src/backend/setup/checkTorch.ts';
import { checkNode } from '../../../src/backend/setup/doctor.ts';
import { countRequirements, requirementsFor } from '../../../src/backend/setup/installPython.ts';
import { builtInModel, embeddingModel } from '../../../src/backend/models/resolveModel.ts';
import { builtInPackage, embeddingPackage, isModelReady, packagedModelFolder } from '../../../src/backend/setup/packagedModels.ts';
import { explainPip } from '../../../src/backend/setup/pipFailure.ts';
import { pipProgressReader } from '../../../src/backend/setup/pipProgress.ts';
import { lockedRequirements, pythonEnvironment, requirePython, venvPaths } from '../../../src/backend/setup/pythonPaths.ts';
import { findPython, pythonCandidates } from '../../../src/backend/setup/pythonSearch.ts';
import { scaffold } from '../../../src/backend/setup/scaffold.ts';
import { homeAt, workspaceAt } from '../../../src/backend/platform/workspace.ts';

const folders: string[] = [];
function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'setup-'));
  folders.push(folder);
  return folder;
}
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('Python', () => {
  test('is looked for by name, and on Windows through the launcher first', () => {
    expect(pythonCandidates('linux', {}).map((one) => one.file)).toEqual(['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python']);
    expect(pythonCandidates('win32', {})[0]).toEqual({ file: 'py', args: ['-3.13'] });
  });

  test('that is named is the only one tried', () => {
    expect(pythonCandidates('darwin', { TRAINING_CAMP_PYTHON: '/opt/python' })).toEqual([{ file: '/opt/python', args: [] }]);
  });

  test('that is not there is said with what to do', async () => {
    await expect(findPython({ platform: 'linux', env: { TRAINING_CAMP_PYTHON: path.join(temporary(), 'no-python') } })).rejects.toMatchObject({ code: 'python_not_found' });
  });

  test('lies in Scripts on Windows and in bin elsewhere', () => {
    expect(venvPaths(homeAt('/data'), 'linux').python).toBe('/data/python/venv/bin/python');
    const home = { ...homeAt('/data'), python: String.raw`C:\data\python` };
    expect(venvPaths(home, 'win32').python).toBe(String.raw`C:\data\python\venv\Scripts\python.exe`);
  });

  test('is refused while the environment is not set up, and where it is of another lock file', () => {
    const home = homeAt(temporary());
    expect(() => requirePython(home)).toThrow(expect.objectContaining({ code: 'python_missing', hint: 'Run: training setup' }));
    const { venv, stamp } = venvPaths(home, process.platform);
    mkdirSync(venv, { recursive: true });
    const facts = { installer: 'pip', python: '3.11.7', torch: '2.13.0', device: 'cpu' };
    writeFileSync(stamp, JSON.stringify({ ...facts, lockSha256: 'another' }));
    expect(() => requirePython(home)).toThrow(/older than this version/);
    writeFileSync(stamp, JSON.stringify({ ...facts, lockSha256: lockedRequirements().sha256 }));
    expect(requirePython(home).python).toBe(venvPaths(home, process.platform).python);
  });

  test('sees no packages but its own, and pip installs nowhere else', () => {
    const env = pythonEnvironment({ PYTHONPATH: '/x', PIP_USER: '1', PIP_FIND_LINKS: '/wheels', HOME: '/home/a' });
    expect(env).toMatchObject({ PYTHONNOUSERSITE: '1', PIP_FIND_LINKS: '/wheels', HOME: '/home/a' });
    expect(env).not.toHaveProperty('PYTHONPATH');
    expect(env).not.toHaveProperty('PIP_USER');
  });
});

describe('requirements', () => {
  test('are pinned, one per line, torch among them', () => {
    const { text } = lockedRequirements();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !/^[A-Za-z0-9._-]+==[^ ;]+(; .*)?$/.test(line))).toEqual([]);
    expect(lines).toContain('torch==2.13.0');
    expect(countRequirements(text)).toBe(lines.length);
  });

  test('exclude the CPU build of torch where there is an NVIDIA GPU', () => {
    expect(requirementsFor('a==1\ntorch==2.13.0\n', true)).toBe('a==1\ntorch==2.13.0,!=2.13.0+cpu\n');
    expect(requirementsFor('a==1\ntorch==2.13.0\n', false)).toBe('a==1\ntorch==2.13.0\n');
  });
});

describe('pip', () => {
  test('tells how far it is', () => {
    const read = pipProgressReader(2);
    expect(read('Collecting numpy==2.4.6')).toEqual({ message: 'collecting packages', fraction: 0.35 });
    expect(read('  Downloading numpy-2.4.6-cp311-cp311-manylinux_x86_64.whl (16.6 MB)')).toMatchObject({ message: 'downloading numpy (16.6 MB)' });
    expect(read('  Downloading six-1.0-py3-none-any.whl (11 kB)')).toBeUndefined();
    expect(read('Collecting torch==2.13.0')).toMatchObject({ fraction: 0.7 });
    expect(read('Installing collected packages: numpy, torch')).toMatchObject({ message: 'unpacking' });
    expect(read('Successfully installed numpy-2.4.6')).toMatchObject({ fraction: 1 });
    expect(read('something else')).toBeUndefined();
  });

  test.each([
    ['OSError: [Errno 28] No space left on device', 'disk_full'],
    ['NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution', 'no_network'],
    ['ERROR: No matching distribution found for torch==2.13.0', 'package_unavailable'],
    ['ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied', 'not_writable'],
    ['ERROR: something new', 'install_failed'],
  ])('%j means %s', (tail, code) => {
    expect(explainPip('x', tail, 'training again')).toMatchObject({ code });
  });
});

test('packages carry the models that are asked for by name', () => {
  expect([builtInPackage.id, embeddingPackage.id]).toEqual([builtInModel, embeddingModel]);
});

describe.each([builtInPackage, embeddingPackage])('$title', (model) => {
  test('is ready when each file of its manifest has its size', () => {
    const home = homeAt(temporary());
    const folder = packagedModelFolder(home, model);
    expect(isModelReady(home, model)).toBe(false);
    mkdirSync(path.join(folder, 'hf'), { recursive: true });
    writeFileSync(path.join(folder, 'hf', 'config.json'), '{}');
    const manifest = { v: 1, id: model.id, source: { package: model.requirement }, files: [{ name: 'hf/config.json', sizeBytes: 2, sha256: 'a' }] };
    writeFileSync(path.join(folder, 'model.json'), JSON.stringify(manifest));
    expect(isModelReady(home, model)).toBe(true);
    writeFileSync(path.join(folder, 'hf', 'config.json'), '{');
    expect(isModelReady(home, model)).toBe(false);
  });
});

describe('init', () => {
  test('writes what is missing and never changes what is there', () => {
    const workspace = workspaceAt(temporary());
    mkdirSync(workspace.codeAgents);
    writeFileSync(path.join(workspace.codeAgents, 'AGENTS.md'), 'mine');
    writeFileSync(path.join(workspace.root, '.gitignore'), 'node_modules/\r\ndist/');
    const first = scaffold(workspace);
    expect(first.kept).toEqual(['CodeAgents/AGENTS.md', '.gitignore']);
    expect(first.created).toContain('CodeAgents/Helper/agent.yaml');
    expect(readFileSync(path.join(workspace.codeAgents, 'AGENTS.md'), 'utf8')).toBe('mine');
    expect(readFileSync(path.join(workspace.root, '.gitignore'), 'utf8')).toBe('node_modules/\r\ndist/\r\n.training/\r\n');
    const second = scaffold(workspace);
    expect(second.created).toEqual([]);
    expect(readFileSync(path.join(workspace.root, '.gitignore'), 'utf8')).toBe('node_modules/\r\ndist/\r\n.training/\r\n');
  });
});

describe('doctor', () => {
  test('calls a Node without Node-API 10 an error', () => {
    expect(checkNode({ ...process.versions, node: '20.20.2' }).status).toBe('error');
    expect(checkNode({ ...process.versions, node: '22.14.0' }).status).toBe('ok');
  });

  test('warns of a GPU that the driver sees and torch does not', () => {
    expect(gpuCheck(1, 'cpu').status).toBe('warning');
    expect(gpuCheck(1, 'cuda:0').status).toBe('ok');
    expect(gpuCheck(0, 'cpu').status).toBe('ok');
  });
});
