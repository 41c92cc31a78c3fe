import path from 'node:path';
import { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter, type Connection } from 'vscode-languageserver/node';
import { z } from 'zod';
import { wirePrefix, type NotificationName, type NotificationParams } from '../protocol/contract.ts';
import { LanguageServer } from './language/languageServer.ts';
import { installationRoot } from './platform/installation.ts';
import { findHome, workspaceAt } from './platform/workspace.ts';
import { ChangeFeed } from './server/changeFeed.ts';
import { editorOver } from './server/editorConnection.ts';
import { registerMethods } from './server/register.ts';
import { Services } from './services.ts';
import { version } from './version.ts';

// The backend of one window: a language server with our own methods beside, over standard input and output. It ends with
// its window; runs do not.

const initOptionsSchema = z.object({ workspace: z.string().min(1) });

function serve(connection: Connection): void {
  let parts: { services: Services; feed: ChangeFeed } | undefined;
  const tell = <Name extends NotificationName>(name: Name, params: NotificationParams<Name>) => void connection.sendNotification(wirePrefix + name, params);
  const requireParts = () => {
    if (parts === undefined) throw new Error('a request came before the initialization');
    return parts;
  };

  const onBug = (about: string, error: unknown) => connection.console.error(`${about}: ${describe(error)}`);
  const language = new LanguageServer({ connection, workspace: () => requireParts().services.workspace, env: process.env, docs: path.join(installationRoot(), 'docs'), onBug });

  connection.onInitialize(({ initializationOptions }) => {
    const { workspace } = initOptionsSchema.parse(initializationOptions);
    const services = new Services({
      workspace: workspaceAt(workspace),
      home: findHome(process.env, process.platform),
      env: process.env,
      onNotice: (text) => tell('notice', { text }),
      editor: editorOver(connection),
    });
    const feed = new ChangeFeed({
      services,
      onChanged: (changed) => tell('changed', changed),
      onStoreFailed: (error) => tell('storeFailed', { error: error === null ? null : { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } }),
      onError: (error) => connection.console.error(`The queue could not be looked after: ${describe(error)}`),
    });
    parts = { services, feed };
    return { capabilities: language.capabilities, serverInfo: { name: 'training-camp', version } };
  });
  connection.onInitialized(() => requireParts().feed.start());
  const close = () => {
    language.dispose();
    parts?.feed.dispose();
    parts?.services.dispose();
  };
  connection.onShutdown(close);
  // A window that is gone says nothing: its end of the pipe closes.
  process.stdin.once('end', () => {
    close();
    process.exit(0);
  });
  registerMethods({
    connection,
    services: () => requireParts().services,
    onAnswered: () => parts?.feed.poll(),
    onBug,
  });
  connection.listen();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

serve(createConnection(ProposedFeatures.all, new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout)));
