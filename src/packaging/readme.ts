import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Markdown with its PNGs inside, as data: URIs. A VSIX carries pictures that its README could point to, but neither the
 * editor nor the marketplace resolves such a path, and without a public repository there is no address to rewrite it to.
 */
export function withEmbeddedImages(markdown: string, folder: string): string {
  return markdown.replace(/!\[([^\]]*)\]\((?!https:)([^)\s]+)\)/g, (_, alternative: string, file: string) => {
    if (!file.endsWith('.png')) throw new Error(`${file} is no PNG: the marketplace shows no other picture that is inside a README.`);
    return `![${alternative}](data:image/png;base64,${readFileSync(path.join(folder, file)).toString('base64')})`;
  });
}
