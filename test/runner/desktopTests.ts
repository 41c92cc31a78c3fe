// `npm run test:desktop`: the suites of test/vscode in a desktop VS Code, which @vscode/test-electron downloads into
// .tools/vscode-desktop. For macOS, Windows and machines with a screen; VSCODE_VERSION chooses another than the newest stable.
import { runTests } from '@vscode/test-electron';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conclude, root, timed } from './suite.ts';
import { bundleHostTests } from './vscode/bundleTests.ts';
import { readHostReport } from './vscode/readHostReport.ts';

const result = await timed('desktop', async () => {
  const results = path.join(mkdtempSync(path.join(tmpdir(), 'camp-desktop-')), 'results.jsonl');
  try {
    await runTests({
      version: process.env.VSCODE_VERSION ?? 'stable',
      cachePath: path.join(root, '.tools', 'vscode-desktop'),
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleHostTests(),
      extensionTestsEnv: { TEST_RESULTS: results },
      launchArgs: ['--disable-extensions', '--disable-workspace-trust'],
    });
  } catch (error) {
    // A failed test ends here as well; the report below counts it.
    console.error(error instanceof Error ? error.message : error);
  }
  return readHostReport(results);
});
process.exitCode = conclude([result]);
