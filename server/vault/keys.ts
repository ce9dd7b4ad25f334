import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import type { RootKey } from './root-key.ts'

/** How long an opened scope key is kept: a key destroyed by another process opens nothing after this. */
const KEEP_MS = 5_000

/** Holds the root key and, for seconds, opened scope keys. Prints as `[secret]` wherever it lands. */
export class Keys {
  /** What the root key is called. */
  readonly fingerprint: string
  /** The root key before ours, while processes may still run with it and we have it too. */
  readonly formerFingerprint: string | undefined
  readonly #roots: ReadonlyMap<string, KeyObject>
  readonly #opened = new Map<string, { key: KeyObject; until: number }>()
  #origin: KeyObject

  constructor(root: Pick<RootKey, 'bytes' | 'fingerprint'>, former?: Pick<RootKey, 'bytes' | 'fingerprint'>) {
    this.fingerprint = root.fingerprint
    this.formerFingerprint = former?.fingerprint
    this.#origin = createSecretKey(root.bytes)
    this.#roots = new Map([
      [root.fingerprint, this.#origin],
      ...(former === undefined ? [] : [[former.fingerprint, createSecretKey(former.bytes)] as const]),
    ])
  }

  /** The root key with this fingerprint, if we have it. Only the vault asks. */
  rootKey(fingerprint: string): KeyObject | undefined {
    return this.#roots.get(fingerprint)
  }

  /** Derives from this key from now on: one that outlives the root key. */
  deriveFrom(origin: KeyObject): void {
    this.#origin = origin
  }

  /** A secret for another purpose than sealing (HKDF-SHA256, RFC 5869), as base64url. */
  derive(purpose: string): string {
    return Buffer.from(hkdfSync('sha256', this.#origin, '', `lockkeeper:${purpose}`, 32)).toString('base64url')
  }

  /** A scope key opened a moment ago. Only the vault asks. */
  findOpened(id: string): KeyObject | undefined {
    const found = this.#opened.get(id)
    if (found === undefined) return undefined
    if (found.until > performance.now()) return found.key
    this.#opened.delete(id)
    return undefined
  }

  keepOpened(id: string, key: KeyObject): void {
    this.#opened.set(id, { key, until: performance.now() + KEEP_MS })
    setTimeout(() => this.findOpened(id), KEEP_MS + 1).unref()
  }

  /** Drops opened scope keys at once: after one was destroyed. */
  forgetOpened(): void {
    this.#opened.clear()
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
