/** Reads ZIP archives that nobody vouches for: what an entry claims of its size is not believed, only what comes out counts. */
import { inflateRawSync } from 'node:zlib'
import { Unreadable } from './outcome.ts'

export type Zip = {
  readonly names: readonly string[]
  has(name: string): boolean
  /** The unpacked bytes; undefined when there is no such entry. Throws Unreadable beyond the limits, or when it is broken. */
  read(name: string): Buffer | undefined
}

type Entry = { method: number; flags: number; packedSize: number; offset: number }

const MOST_ENTRIES = 20_000
/** Of one entry, and of all that are read together. */
const ENTRY_BYTES = 64 * 1024 * 1024
const ALL_BYTES = 160 * 1024 * 1024

const END = 0x06054b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const IS_ENCRYPTED = 1

/** Opens an archive by its directory at the end (APPNOTE.TXT 4.3). Throws Unreadable when there is none. */
export function openZip(bytes: Buffer): Zip {
  const entries = readDirectory(bytes)
  let budget = ALL_BYTES
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    read(name) {
      const entry = entries.get(name)
      if (entry === undefined) return undefined
      const unpacked = unpack(bytes, entry, Math.min(ENTRY_BYTES, budget))
      budget -= unpacked.length
      return unpacked
    },
  }
}

function readDirectory(bytes: Buffer): Map<string, Entry> {
  const end = findEnd(bytes)
  const count = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  if (count > MOST_ENTRIES) throw new Unreadable(`It holds more than ${MOST_ENTRIES} files.`)
  const entries = new Map<string, Entry>()
  for (let left = count; left > 0; left -= 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw broken()
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    entries.set(name, {
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packedSize: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT)
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1) if (bytes.readUInt32LE(at) === END) return at
  throw broken()
}

function unpack(bytes: Buffer, { method, flags, packedSize, offset }: Entry, most: number): Buffer {
  if ((flags & IS_ENCRYPTED) !== 0) throw new Unreadable('It is protected by a password.')
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL) throw broken()
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
  const packed = bytes.subarray(start, start + packedSize)
  if (packed.length < packedSize) throw broken()
  if (method === 0 && packed.length <= most) return packed
  if (method !== 0 && method !== 8) throw new Unreadable('It is packed in a way that is not read.')
  try {
    if (method === 8) return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')) throw broken()
  }
  throw new Unreadable(`It unpacks to more than ${Math.round(ENTRY_BYTES / 1024 / 1024)} MB; such a file is not read.`)
}

function broken(): Unreadable {
  return new Unreadable('The file is broken and could not be unpacked.')
}
