// The browser that shows the workbench: the machine's own Chromium, or Debian's package where we may install it.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';
import { SetupError, step } from '../../../src/bootstrap/report.mjs';

const debianChromium = '/usr/bin/chromium';
const hint = 'Install Chromium (Debian: apt-get install chromium), or name one in the environment variable CHROMIUM.';
/** A container has no sandbox, no GPU and often a tiny /dev/shm; the rest keeps Chromium from calling home. */
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The path of a Chromium, installed from Debian's packages where there is none and this process is root. */
export async function installChromium(): Promise<string> {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new SetupError({ code: 'no_chromium', message: `CHROMIUM names ${named}, which is not there.`, hint });
  }
  if (existsSync(debianChromium)) return debianChromium;
  if (!existsSync('/usr/bin/apt-get')) throw new SetupError({ code: 'no_chromium', message: `There is no Chromium at ${debianChromium}.`, hint });
  if (process.getuid?.() !== 0) throw new SetupError({ code: 'no_chromium', message: `There is no Chromium at ${debianChromium}, and only root may install it.`, hint });
  await step('Chromium from Debian', async () => {
    await apt(['update', '-qq']);
    await apt(['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  });
  if (!existsSync(debianChromium)) throw new SetupError({ code: 'no_chromium', message: `apt-get installed a Chromium that is not at ${debianChromium}.`, hint });
  return debianChromium;
}

/** A headless Chromium with a profile of its own; close the context to end it. */
export async function launchChromium(executablePath: string, profile: string): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(profile, { executablePath, headless: true, viewport: { width: 1400, height: 900 }, args: quiet });
}

async function apt(args: string[]): Promise<void> {
  const result = await execa('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' }, stdin: 'ignore', stdout: 'ignore', stderr: 'inherit', reject: false });
  if (result.exitCode === 0) return;
  throw new SetupError({ code: 'no_chromium', message: `apt-get ${args[0] ?? ''} ended with ${result.exitCode ?? result.shortMessage ?? 'no exit code'}; its words are above.`, hint });
}
