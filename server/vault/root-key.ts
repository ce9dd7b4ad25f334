/** The deployment's key: where it comes from and what it is called. Its text never enters an error, a log or the database. */
import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { Config } from '#server/config.ts'

export type RootKey = { bytes: Buffer; fingerprint: string; source: string }

/** Where root keys may come from. */
export type RootKeyConfig = Pick<Config, 'rootKey' | 'rootKeyFile' | 'configDir' | 'dataDir'> &
  Partial<Pick<Config, 'rootKeyNext' | 'rootKeyNextFile'>>

/** The default place of the key's file. */
export function rootKeyPath(config: Pick<Config, 'rootKeyFile' | 'configDir'>): string {
  return config.rootKeyFile ?? join(config.configDir, 'root-key')
}

/** The key from LOCKKEEPER_ROOT_KEY or its file; undefined when the default file is not there. Throws a sentence about what is wrong. */
export async function findRootKey(config: RootKeyConfig): Promise<RootKey | undefined> {
  if (config.rootKey !== undefined) return parseRootKey(config.rootKey, 'LOCKKEEPER_ROOT_KEY')
  const path = rootKeyPath(config)
  const key = await readKeyFile(config, path)
  if (key !== undefined) return key
  if (config.rootKeyFile === undefined) return undefined
  throw new Error(
    `LOCKKEEPER_ROOT_KEY_FILE names ${path}, which is not there. Put the key back; for a new deployment make one with: ` +
      `(umask 077; openssl rand -base64 32 > ${path})`,
  )
}

/** The key in this file; undefined when the file is not there. */
export async function readKeyFile(config: RootKeyConfig, path: string): Promise<RootKey | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`The root key's file ${path} cannot be read.`, { cause: error })
  })
  if (text === undefined) return undefined
  // A file that an operator names may be mounted read-only for all (container secrets are); our own must be ours alone.
  if (config.rootKeyFile === undefined && dirname(path) === config.configDir) await refuseOpenFile(path)
  return parseRootKey(text, path)
}

/** Makes a new key in the default file, readable by its owner alone. Never replaces a file. */
export async function makeRootKey(config: RootKeyConfig): Promise<RootKey> {
  await mkdir(config.configDir, { recursive: true, mode: 0o700 })
  const inside = `${await realpath(config.configDir)}${sep}`.startsWith(
    `${await realpath(config.dataDir).catch(() => resolve(config.dataDir))}${sep}`,
  )
  if (inside)
    throw new Error(
      `The root key must not lie beside the database it protects: set LOCKKEEPER_CONFIG_DIR to a directory outside ${config.dataDir}.`,
    )
  return makeKeyFile(join(config.configDir, 'root-key'))
}

/** Makes a new key in this file, 0600, or reads the one that another process put there first. Never replaces a file. */
export async function makeKeyFile(path: string): Promise<RootKey> {
  const part = `${path}.${process.pid}.part`
  const file = await open(part, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`)
    await file.sync()
    await link(part, path) // fails when another process made one: never overwritten
    await syncDirectory(dirname(path))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await file.close()
    await rm(part, { force: true })
  }
  return parseRootKey(await readFile(path, 'utf8'), path)
}

/** Reads the key's text: 32 bytes in base64. */
export function parseRootKey(text: string, source: string): RootKey {
  const trimmed = text.trim()
  const bytes = Buffer.from(trimmed, 'base64')
  const spelling = [bytes.toString('base64'), bytes.toString('base64url')]
  if (bytes.length !== 32 || !spelling.includes(trimmed))
    throw new Error(
      `The root key in ${source} is malformed: it must be 32 bytes in base64 (44 characters), but has ${trimmed.length} characters` +
        `${spelling.includes(trimmed) ? ` for ${bytes.length} bytes` : ' that are not base64'}. Put the right key back; nothing was changed.`,
    )
  return { bytes, fingerprint: fingerprintOf(bytes), source }
}

/** What a root key (base64) is called in errors, logs and the database: the first 64 bits of its SHA-256, in hex. */
export function fingerprint(rootKey: string): string {
  return parseRootKey(rootKey, 'the text given').fingerprint
}

function fingerprintOf(bytes: Buffer): string {
  return groupFingerprint(createHash('sha256').update(bytes).digest('hex').slice(0, 16))
}

/** A fingerprint as it is written: hex digits in groups of four. */
export function groupFingerprint(hex: string): string {
  return hex.replace(/(.{4})(?=.)/g, '$1-')
}

async function refuseOpenFile(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0)
    throw new Error(`The root key's file ${path} can be read by others. Close it: chmod 600 ${path}`)
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
