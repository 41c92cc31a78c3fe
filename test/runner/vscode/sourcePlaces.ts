import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { root } from '../suite.ts';

const mapSchema = z.looseObject({ file: z.string().default(''), version: z.number(), sources: z.array(z.string()), sourcesContent: z.array(z.string()), names: z.array(z.string()), mappings: z.string(), sourceRoot: z.string().default('') });
const place = /(\.build\/vscode-tests\/[^\s():]+\.cjs):(\d+):(\d+)/g;

/** A stack with the places of our sources instead of the bundles': VS Code replaces Node's own way to map them. */
export function withSourcePlaces(stack: string): string {
  return stack.replaceAll(place, (bundled, file: string, line: string, column: string) => {
    const mapFile = path.join(root, `${file}.map`);
    if (!existsSync(mapFile)) return bundled;
    const origin = new SourceMap(mapSchema.parse(JSON.parse(readFileSync(mapFile, 'utf8')))).findOrigin(Number(line), Number(column));
    return 'fileName' in origin ? `${path.relative(root, path.resolve(path.dirname(mapFile), origin.fileName))}:${origin.lineNumber}:${origin.columnNumber}` : bundled;
  });
}
