import { randomBytes, randomUUID } from 'node:crypto'

let lastMillis = 0
let sequence = 0

/**
 * A new UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then a 12-bit counter within the millisecond
 * (method 1 of §6.2), then 62 random bits. Ids made by one process sort in the order they were made.
 */
export function newId(): string {
  const now = Date.now()
  if (now > lastMillis) {
    lastMillis = now
    sequence = randomBytes(2).readUInt16BE() & 0x3ff
  } else if (++sequence > 0xfff) {
    lastMillis += 1
    sequence = 0
  }
  const hex = lastMillis.toString(16).padStart(12, '0')
  const counter = sequence.toString(16).padStart(3, '0')
  // The end of a UUIDv4 is that of a version 7; Node fetches randomness for 128 at once: 0.3 µs, against 2.3 for 16 bytes.
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${counter}-${randomUUID().slice(19)}`
}

/** The least id that is made at this moment or later. */
export function firstIdAt(at: Date): string {
  const hex = Math.max(at.getTime(), 0).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`
}
