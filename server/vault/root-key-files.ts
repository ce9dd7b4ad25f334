/** The files of a deployment whose root key is a file: `root-key`, beside it `.next` while one is staged and `.previous` in grace. */
import { link, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  findRootKey,
  makeKeyFile,
  parseRootKey,
  readKeyFile,
  rootKeyPath,
  syncDirectory,
  type RootKey,
  type RootKeyConfig,
} from './root-key.ts'

/** Every root key that this machine has. */
export type FoundKeys = { current: RootKey | undefined; next: RootKey | undefined; previous: RootKey | undefined }

/** Throws a sentence about whichever is malformed or open to others. */
export async function findRootKeys(config: RootKeyConfig): Promise<FoundKeys> {
  const files = keyFiles(config)
  return {
    current: await findRootKey(config),
    next: (await findGivenNext(config)) ?? (files && (await readKeyFile(config, files.next))),
    previous: files && (await readKeyFile(config, files.previous)),
  }
}

/** The key that shall follow: the operator's, or the file beside the present one, made when it is not there. */
export async function stageKey(config: RootKeyConfig): Promise<RootKey> {
  const given = await findGivenNext(config)
  if (given !== undefined) return given
  const files = keyFiles(config)
  if (files === undefined)
    throw new Error(
      'The root key comes from LOCKKEEPER_ROOT_KEY, so the next one must come from you: make it with ' +
        '"openssl rand -base64 32", and set LOCKKEEPER_ROOT_KEY_NEXT or LOCKKEEPER_ROOT_KEY_NEXT_FILE here and for the server.',
    )
  const found = await readKeyFile(config, files.next)
  if (found !== undefined) return found
  return makeKeyFile(files.next).catch((cause: unknown) => {
    const hint =
      'Put a new key into another file and name it in LOCKKEEPER_ROOT_KEY_NEXT_FILE, here and for the server.'
    throw new Error(`No file can be made at ${files.next}. ${hint}`, { cause })
  })
}

/**
 * Brings the files in line with a database that has taken the next key: `root-key` becomes `.previous`, `.next` becomes
 * `root-key`. After each step all keys are still there, and it can be done again. Touches nothing that it does not expect.
 */
export async function settleKeyFiles(config: RootKeyConfig, active: RootKey, former: RootKey): Promise<void> {
  const files = keyFiles(config)
  if (files === undefined || active.source !== files.next) return
  const current = await readKeyFile(config, files.current)
  if (current?.fingerprint !== former.fingerprint)
    throw new Error(`${files.current} does not hold the former key ${former.fingerprint}.`)
  const part = `${files.previous}.part`
  await rm(part, { force: true })
  await link(files.current, part)
  await rename(part, files.previous)
  await rm(part, { force: true }) // two names of one file are not renamed to one
  await rename(files.next, files.current)
  await syncDirectory(dirname(files.current))
}

/** Removes the files beside the present key that hold this one. */
export async function removeKeyFiles(config: RootKeyConfig, fingerprint: string): Promise<void> {
  const files = keyFiles(config)
  if (files === undefined) return
  for (const path of [files.next, files.previous])
    if ((await readKeyFile(config, path))?.fingerprint === fingerprint) await rm(path)
  await syncDirectory(dirname(files.current))
}

function keyFiles(config: RootKeyConfig): { current: string; next: string; previous: string } | undefined {
  if (config.rootKey !== undefined) return undefined
  const current = rootKeyPath(config)
  return { current, next: `${current}.next`, previous: `${current}.previous` }
}

async function findGivenNext(config: RootKeyConfig): Promise<RootKey | undefined> {
  if (config.rootKeyNext !== undefined) return parseRootKey(config.rootKeyNext, 'LOCKKEEPER_ROOT_KEY_NEXT')
  if (config.rootKeyNextFile === undefined) return undefined
  const key = await readKeyFile(config, config.rootKeyNextFile)
  if (key === undefined)
    throw new Error(`LOCKKEEPER_ROOT_KEY_NEXT_FILE names ${config.rootKeyNextFile}, which is not there.`)
  return key
}
