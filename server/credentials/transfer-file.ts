/** The file in which credentials travel from one deployment to another: JSON, in an age file under a passphrase. */
import { z } from 'zod'
import { Time } from '#schema/common.ts'
import { CredentialKind, ExpiryPolicy } from '#schema/credential.ts'
import { Problem } from '#server/platform/problem.ts'
import {
  MAX_WORK_FACTOR,
  readWorkFactor,
  unwrapFileKey,
  wrapFileKey,
  type PassphraseStanza,
} from './transfer-passphrase.ts'

/** What a file may take, so that it can be sent as base64 in JSON. */
const MAX_FILE_BYTES = 29_000_000
const MAX_CREDENTIALS = 10_000

/** Neither permissions nor ids: people and groups are others there. What its fields may hold is judged like a new credential's. */
export const Transferred = z.strictObject({
  name: z.string(),
  kind: CredentialKind,
  username: z.string().nullable(),
  header: z.string().nullable(),
  secret: z.string(),
  domains: z.array(z.string()),
  allowHttp: z.boolean(),
  expiresAt: Time.nullable(),
  expiryPolicy: ExpiryPolicy,
})
export type Transferred = z.infer<typeof Transferred>

/** `leftOut`: names of those that could not be opened where the file was made. */
export const Transfer = z.strictObject({
  format: z.literal('lockkeeper-credentials'),
  version: z.literal(1),
  exportedAt: Time,
  credentials: z.array(Transferred).max(MAX_CREDENTIALS),
  leftOut: z.array(z.string()),
})
export type Transfer = z.infer<typeof Transfer>

/** Encrypts what the file holds; a 413 Problem when it would be larger than an import takes. */
export async function sealTransfer(passphrase: string, transfer: Transfer): Promise<Uint8Array> {
  const plain = Buffer.from(JSON.stringify(transfer))
  if (transfer.credentials.length > MAX_CREDENTIALS || plain.length > MAX_FILE_BYTES * 0.99)
    throw new Problem(413, 'too-large', `One file holds ${MAX_CREDENTIALS} credentials and 28 MB at most.`)
  const { Encrypter, Stanza } = await loadAge()
  const encrypter = new Encrypter()
  encrypter.addRecipient({
    async wrapFileKey(fileKey) {
      const { args, body } = await wrapFileKey(passphrase, fileKey)
      return [new Stanza(args, body)]
    },
  })
  return encrypter.encrypt(plain)
}

/**
 * What a file holds. A 422 Problem for any other than a whole, unchanged one: `wrong-passphrase` when the passphrase does
 * not fit, else `bad-file`. Reads nothing of a file that asks for more memory than a passphrase is worth.
 */
export async function openTransfer(passphrase: string, file: Uint8Array): Promise<Transfer> {
  const workFactor = readWorkFactor(file)
  if (workFactor === undefined || file.length > MAX_FILE_BYTES)
    throw badFile('This is no file of exported credentials: it is not encrypted under a passphrase in the age format.')
  if (workFactor > MAX_WORK_FACTOR)
    throw badFile(`This file asks for more memory than is given to it (scrypt 2^${workFactor}; the most is 2^18).`)
  return readContents(await decrypt(passphrase, file))
}

async function decrypt(passphrase: string, file: Uint8Array): Promise<Uint8Array> {
  const { Decrypter } = await loadAge()
  const decrypter = new Decrypter()
  decrypter.addIdentity({
    async unwrapFileKey(stanzas: PassphraseStanza[]) {
      const [stanza] = stanzas
      const key = stanza === undefined ? null : await unwrapFileKey(passphrase, stanza)
      if (key === null) throw wrongPassphrase()
      return key
    },
  })
  try {
    return await decrypter.decrypt(file)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw badFile('The file was cut off or changed after it was exported. Export it again.')
  }
}

/** No message of a parser is passed on: it could quote what it read. */
function readContents(plain: Uint8Array): Transfer {
  const read = Transfer.safeParse(parseJson(plain))
  if (read.success) return read.data
  throw badFile('The passphrase is right, but the file does not hold what this version of Lockkeeper exports.')
}

function parseJson(plain: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain))
  } catch {
    return undefined
  }
}

/** Loaded when it is needed: curves and hashes that passphrases have no use for come with it. */
function loadAge() {
  return import('age-encryption')
}

function badFile(detail: string): Problem {
  return new Problem(422, 'bad-file', `${detail} Nothing was imported.`, {
    errors: [{ path: 'file', message: detail }],
  })
}

function wrongPassphrase(): Problem {
  const detail = 'The passphrase does not fit this file.'
  return new Problem(422, 'wrong-passphrase', `${detail} Nothing was imported.`, {
    errors: [{ path: 'passphrase', message: detail }],
  })
}
