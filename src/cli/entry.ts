import { main } from './main.ts';

// A reader that has seen enough (`training list | head -1`) closes the pipe: no failure, and nothing is left to say.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

process.exitCode = await main(process.argv.slice(2));
