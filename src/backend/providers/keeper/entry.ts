import { Keeper } from './keeper.ts';
import { keeperRequestSchema, type KeeperReply } from './messages.ts';

runKeeper();

/** The keeper as a process of its own: it outlives its parent for as long as calls are under way. */
function runKeeper(): void {
  const keeper = new Keeper({ reply: send, onDone: () => process.exit(0) });
  process.on('message', (received: unknown) => keeper.receive(keeperRequestSchema.parse(received)));
  process.once('disconnect', () => keeper.goOnAlone());
  send({ kind: 'ready' });
}

function send(reply: KeeperReply): void {
  // A parent that is gone is told by `disconnect`.
  if (process.connected) process.send?.(reply, undefined, undefined, () => undefined);
}
