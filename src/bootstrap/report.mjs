// What the set-up steps say. Everything goes to stderr: stdout belongs to the command that follows.

/** An obstacle that a person can remove. */
export class SetupError extends Error {
  /** @param {{code: string, message: string, hint: string}} init */
  constructor({ code, message, hint }) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
    this.hint = hint;
  }
}

/** How often a step that takes long says that it is still alive, where no terminal shows a running clock. */
const heartbeatMs = 15_000;

/**
 * Runs a step and shows what it does: a running clock on a terminal, plain lines elsewhere.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const isTerminal = process.stderr.isTTY === true;
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const show = () => process.stderr.write(isTerminal ? `\r… ${title} (${seconds()} s)` : `… ${title} (${seconds()} s)\n`);
  process.stderr.write(isTerminal ? `… ${title}` : `… ${title}\n`);
  const timer = setInterval(show, isTerminal ? 1000 : heartbeatMs);
  try {
    const result = await work();
    process.stderr.write(`${isTerminal ? '\r' : ''}✓ ${title} (${seconds()} s)\n`);
    return result;
  } catch (error) {
    if (isTerminal) process.stderr.write('\n');
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Says why nothing could start. A caller that asked for JSON gets the error document on stdout as well.
 * @param {unknown} error
 * @param {string[]} argv
 */
export function reportFailure(error, argv) {
  const isKnown = error instanceof SetupError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error ${message}\n`);
  if (isKnown) process.stderr.write(`hint: ${error.hint}\n`);
  else if (error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  if (!argv.includes('--json')) return;
  const document = isKnown ? { code: error.code, message, hint: error.hint } : { code: 'internal', message };
  process.stdout.write(`${JSON.stringify({ error: document })}\n`);
}
