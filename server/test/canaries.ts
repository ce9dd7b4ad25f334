/** Secrets that are looked for where none may be: unique, and found in whatever spelling they were written. */
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** `value` is used as a secret. Of it `core` is looked for: bytes that no escaping of text changes. */
export type Canary = { name: string; value: string; core: Buffer }

/** A text around letters and digits that occur nowhere else. */
export function newCanary(name: string, [before, after]: readonly [string, string] = ['', '']): Canary {
  const core = `Canary${randomBytes(12).toString('hex')}Z`
  return { name, value: `${before}${core}${after}`, core: Buffer.from(core) }
}

/** What is there already, such as a key, as a canary. */
export function canaryOf(name: string, core: Buffer): Canary {
  return { name, value: core.toString('latin1'), core }
}

/**
 * Every spelling that could pass on what can be read back: as it is (which is in its URL-encoded, JSON-escaped and
 * HTML-escaped form too), UTF-16 both ways, hex, and base64 and base64url wherever in their groups of three it begins.
 */
export function spellings(core: Buffer): [form: string, bytes: Buffer][] {
  const utf16 = Buffer.from(core.toString('latin1'), 'utf16le')
  const hex = core.toString('hex')
  return [
    ['raw', core],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...[0, 1, 2].flatMap((offset): [string, Buffer][] => {
      const base64 = base64From(core, offset)
      const base64url = base64.replaceAll('+', '-').replaceAll('/', '_')
      return [
        [`base64 at ${offset}`, Buffer.from(base64)],
        [`base64url at ${offset}`, Buffer.from(base64url)],
      ]
    }),
  ]
}

/** Without the characters that also depend on what stands before or behind. */
function base64From(core: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), core])
    .toString('base64')
    .replace(/=+$/, '')
  const end = (offset + core.length) % 3 === 0 ? text.length : text.length - 1
  return text.slice([0, 2, 3][offset], end)
}

/** Looks for each canary in each place; one line for each that is there. */
export function openSearch(canaries: readonly Canary[]): (place: string, content: string | Buffer) => string[] {
  const wanted = canaries.flatMap(({ name, core }) => spellings(core).map(([form, bytes]) => ({ name, form, bytes })))
  return (place, content) => {
    const bytes = Buffer.from(content)
    return wanted.filter((one) => bytes.includes(one.bytes)).map(({ name, form }) => `${place}: ${name} (${form})`)
  }
}

/** Every file below the directory, with its path in it. */
export async function readTree(dir: string): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path: relative(dir, path), bytes: await readFile(path) })))
}
