/** Whether two bodies are one: Confluence changes what it is sent in small ways when it stores it. */
import { createHash } from 'node:crypto'
import type { Text } from './merge.ts'

/** Numbers that Confluence gives to macros, blocks and links by itself. */
const GIVEN = / (?:ac:macro-id|ac:local-id|local-id|ac:schema-version|ri:version-at-save)="[^"]*"/g
const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u00a0',
  apos: "'",
  '#39': "'",
  quot: '"',
  '#160': '\u00a0',
}

/** The same for bodies that a reader cannot tell apart and that differ only in what Confluence adds of its own. */
export function bodyHash(storage: string): string {
  const plain = storage
    .replaceAll('\r\n', '\n')
    .replaceAll(GIVEN, '')
    .replaceAll(/&(nbsp|apos|quot|#39|#160);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    // Not /\s*\/>/: a regular expression that begins with a run is slow by the square of each run that ends otherwise.
    .split('/>')
    .map((part, at, { length }) => (at < length - 1 ? part.trimEnd() : part))
    .join('/>')
    .replaceAll(/>\s+</g, '><')
    .trim()
  return createHash('sha256').update(plain).digest('base64url')
}

/** Whether two texts of a page are one, to a reader. */
export function isSameText(one: Text, other: Text): boolean {
  if (one.title !== other.title) return false
  return one.storage === other.storage || bodyHash(one.storage) === bodyHash(other.storage)
}
