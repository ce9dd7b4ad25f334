/**
 * The passphrase of an age file (https://age-encryption.org/v1, "scrypt recipient"): wraps and unwraps the key of the file.
 * The library has the same, but on the event loop, in JavaScript and with up to a gigabyte; this asks Node's scrypt on a
 * thread of its own, once at a time, and bounds its memory.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'

/** scrypt's N = 2^17, r = 8, p = 1: 128 MiB and about half a second for each guess. */
const WORK_FACTOR = 17
/** age itself writes 18, which is 256 MiB. A file that asks for more is refused unread. */
export const MAX_WORK_FACTOR = 18

const LABEL = 'age-encryption.org/v1/scrypt'
const TAG_BYTES = 16

/** A recipient of an age file: how it is called, what it was given, and the wrapped key. */
export type PassphraseStanza = { args: string[]; body: Uint8Array }

export async function wrapFileKey(passphrase: string, fileKey: Uint8Array): Promise<PassphraseStanza> {
  const salt = randomBytes(16)
  const key = await derive(passphrase, salt, WORK_FACTOR)
  // One key wraps one file key, so the nonce is fixed.
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: TAG_BYTES })
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return { args: ['scrypt', unpadded(salt), String(WORK_FACTOR)], body }
}

/** Null when the passphrase is another one. The stanza is one that `readWorkFactor` has let pass. */
export async function unwrapFileKey(passphrase: string, { args, body }: PassphraseStanza): Promise<Uint8Array | null> {
  const [, salt = '', workFactor = ''] = args
  const key = await derive(passphrase, Buffer.from(salt, 'base64'), Number(workFactor))
  const decipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

/** The work factor in the beginning of a file that is encrypted under one passphrase and nothing else; undefined for any other. */
export function readWorkFactor(file: Uint8Array): number | undefined {
  const beginning = Buffer.from(file.subarray(0, 250)).toString('latin1')
  const match =
    /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n/.exec(
      beginning,
    )
  return match === null ? undefined : Number(match[1])
}

let last: Promise<unknown> = Promise.resolve()

/** One after another in this process: each takes the memory that makes guessing dear. */
function derive(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  const derived = last.then(() => runScrypt(passphrase, Buffer.concat([Buffer.from(LABEL), salt]), workFactor))
  last = derived.catch(() => {})
  return derived
}

function runScrypt(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  if (workFactor > MAX_WORK_FACTOR) throw new Error(`a work factor of ${workFactor} has passed the check`)
  const cost = { N: 2 ** workFactor, r: 8, p: 1 }
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { ...cost, maxmem: 128 * cost.N * cost.r + 2 ** 20 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
