/**
 * Sealed values: compact JWEs (RFC 7516) with direct encryption by A256GCM, which any JOSE library reads. Made here with
 * node:crypto, which takes a tenth of a library's time; the tests hold them to `jose`.
 */
import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/** What a sealed value is: opening demands the very same. `version` counts the field's values. */
export type SecretContext = { scope: string; id: string; field: string; version: number }

export type VaultErrorCode = 'wrong-key' | 'tampered' | 'context' | 'destroyed' | 'unknown-key' | 'no-key'

/** A value that could not be sealed or opened. The sentence names keys by id or fingerprint, never a value. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, detail: string) {
    super(detail)
    this.code = code
  }
}

const Header = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  kid: z.string(),
  ctx: z.strictObject({ scope: z.string(), id: z.string(), field: z.string(), version: z.number() }),
})

/** How a header begins that `sealBytes` made. */
const SEALED_BY = /^\{"alg":"dir","enc":"A256GCM","kid":"([0-9a-f-]+)","ctx":\{/
const CIPHER = 'aes-256-gcm'
/** RFC 7518 §5.3: both are fixed. */
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals bytes as a compact JWE (`dir`, A256GCM) whose protected header binds the key's id and the context. */
export async function sealBytes(
  key: KeyObject,
  kid: string,
  context: SecretContext,
  plaintext: Uint8Array,
): Promise<string> {
  const header = toBase64Url(JSON.stringify(headerOf(kid, context)))
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(header))
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return `${header}..${iv.toString('base64url')}.${text.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`
}

/** The id of the key that sealed the value: unproved until `openBytes` has passed. */
export function readKid(sealed: string): string {
  return SEALED_BY.exec(headerText(sealed))?.[1] ?? readHeader(sealed).kid
}

/** Opens what `sealBytes` made with this key for this context; anything else is a VaultError. `kid`, where it was read before. */
export async function openBytes(
  key: KeyObject,
  context: SecretContext,
  sealed: string,
  kid: string = readKid(sealed),
): Promise<Uint8Array> {
  const [header = '', ...parts] = sealed.split('.')
  // The one header that is expected, letter by letter; only a value that has another is looked at for what is wrong.
  if (header !== toBase64Url(JSON.stringify(headerOf(kid, context)))) throw wrongHeader(context, sealed)
  const [wrappedKey, iv, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
  const isWhole = parts.length === 4 && wrappedKey?.length === 0 && iv?.length === IV_BYTES && tag?.length === TAG_BYTES
  if (!isWhole || text === undefined) throw tampered(context)
  // One value has one spelling: unused bits at the end of a base64url part would otherwise be free to change.
  const spelled = `.${toBase64Url(iv)}.${toBase64Url(text)}.${toBase64Url(tag)}`
  if (sealed !== `${header}.${spelled}`) throw tampered(context)
  const cipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
  try {
    cipher.setAAD(Buffer.from(header)).setAuthTag(tag)
    return Buffer.concat([cipher.update(text), cipher.final()])
  } catch {
    throw tampered(context)
  }
}

export function describeContext(context: SecretContext): string {
  return `${context.field} of ${context.id} in ${context.scope} (version ${context.version})`
}

function headerOf(kid: string, { scope, id, field, version }: SecretContext): z.infer<typeof Header> {
  return { alg: 'dir', enc: 'A256GCM', kid, ctx: { scope, id, field, version } }
}

function wrongHeader(context: SecretContext, sealed: string): VaultError {
  if (isSame(readHeader(sealed).ctx, context)) return tampered(context)
  return new VaultError('context', `This value was sealed for another place than ${describeContext(context)}.`)
}

function headerText(sealed: string): string {
  const end = sealed.indexOf('.')
  return Buffer.from(end < 0 ? sealed : sealed.slice(0, end), 'base64url').toString()
}

function readHeader(sealed: string): z.infer<typeof Header> {
  try {
    return Header.parse(JSON.parse(headerText(sealed)))
  } catch {
    throw new VaultError('tampered', 'This is not a value that the vault sealed.')
  }
}

function isSame(one: SecretContext, other: SecretContext): boolean {
  return one.scope === other.scope && one.id === other.id && one.field === other.field && one.version === other.version
}

function tampered(context: SecretContext): VaultError {
  return new VaultError('tampered', `The sealed ${describeContext(context)} was changed, or another key sealed it.`)
}

function toBase64Url(bytes: string | Buffer): string {
  return (typeof bytes === 'string' ? Buffer.from(bytes) : bytes).toString('base64url')
}
