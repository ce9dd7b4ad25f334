import { createPublicKey, createSecretKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ed25519KeyOf, publicKeyOf, secretOf, SEED_BYTES, signingKeysOf, signV1, signV1a } from './signature.ts'

const FILE = resolve(import.meta.dirname, '../../../shared/cases/standard-webhooks-vectors.json')
const Vector = z.object({
  scheme: z.string(),
  secret: z.string(),
  publicKey: z.string().optional(),
  id: z.string(),
  timestamp: z.number(),
  body: z.string(),
  signature: z.string(),
})
const hasVectors = existsSync(FILE)
if (!hasVectors) console.warn(`SKIPPED: the published vectors of Standard Webhooks are not at ${FILE}`)
const vectors = hasVectors ? z.array(Vector).parse(JSON.parse(readFileSync(FILE, 'utf8'))) : []

test.skipIf(!hasVectors).each(vectors)(
  'the published vector of $scheme',
  ({ secret, publicKey, signature, ...vector }) => {
    const [prefix = '', encoded = ''] = secret.split('_')
    const bytes = Buffer.from(encoded, 'base64')
    const message = { id: vector.id, at: new Date(vector.timestamp * 1000), body: vector.body }
    if (prefix === 'whsec') return expect(signV1(createSecretKey(bytes), message)).toBe(signature)
    const key = ed25519KeyOf(bytes.subarray(0, SEED_BYTES))
    expect(publicKeyOf({ ed25519: key })).toBe(publicKey)
    expect(signV1a(key, message)).toBe(signature)
  },
)

describe('what is signed', () => {
  const seed = fc.uint8Array({ minLength: SEED_BYTES, maxLength: SEED_BYTES })
  const body = fc.string({ unit: 'grapheme' })

  test('as v1 is verified by the official library with the secret that is shown', () => {
    fc.assert(
      fc.property(seed, fc.uuid(), body, (bytes, id, text) => {
        const keys = signingKeysOf(bytes)
        const at = new Date()
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': `v1,c29tZXRoaW5nIGVsc2U= ${signV1(keys.hmac, { id, at, body: text })}`,
        }
        const webhook = new Webhook(secretOf(keys))
        webhook.verify(text, headers, { jsonParse: false })
        expect(() => webhook.verify(`${text} `, headers, { jsonParse: false })).toThrow('No matching signature')
      }),
    )
  })

  test('as v1a is verified with the public key that is shown', () => {
    fc.assert(
      fc.property(seed, body, (bytes, text) => {
        const keys = signingKeysOf(bytes)
        const [version, signature = ''] = signV1a(keys.ed25519, { id: 'msg_1', at: new Date(5999), body: text }).split(
          ',',
        )
        const x = Buffer.from(publicKeyOf(keys).slice('whpk_'.length), 'base64').toString('base64url')
        const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
        expect(version).toBe('v1a')
        expect(verify(null, Buffer.from(`msg_1.5.${text}`), key, Buffer.from(signature, 'base64'))).toBe(true)
      }),
    )
  })

  test('with a key for each way, of which one does not give the other away', () => {
    const keys = signingKeysOf(Buffer.alloc(SEED_BYTES, 7))
    expect(secretOf(keys)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(publicKeyOf(keys)).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/)
    expect(keys.hmac.export().equals(Buffer.alloc(SEED_BYTES, 7))).toBe(false)
    expect(publicKeyOf({ ed25519: ed25519KeyOf(keys.hmac.export()) })).not.toBe(publicKeyOf(keys))
  })
})
