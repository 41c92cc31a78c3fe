import path from 'node:path';

const picture = /^!\[[^\]]*\]\((?!https:)([^)\s]+)\)\n*/gm;

/**
 * The README of the VSIX, from docs/marketplace.md. Editor and marketplace show pictures of an https address alone, neither
 * files of the package nor data: URIs. With `hasPictures` their links are those of the package's files, which vsce then
 * puts below the address that it is given; without one they are left out, since they would show as broken.
 */
export function packagedReadme(markdown: string, hasPictures: boolean): string {
  return markdown.replace(picture, (line, file: string) => (hasPictures ? line.replace(file, path.posix.join('docs', file)) : ''));
}
