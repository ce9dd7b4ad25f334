import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a directory for this process alone, until disposed or until the process ends in any way: SQLite's exclusive
 * lock is the kernel's (fcntl), so a `kill -9` frees it and nothing goes stale. Node itself offers no file lock.
 */
export async function lockDirectory(directory: string): Promise<AsyncDisposable> {
  const holder = join(directory, 'process-id')
  const database = openLockFile(directory)
  try {
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    const pid = await readFile(holder, 'utf8').catch(() => 'unknown')
    throw new Error(
      `Another Lockkeeper (process ${pid.trim()}) is using ${directory}. Stop it, or set LOCKKEEPER_DATA_DIR to another directory.`,
      { cause },
    )
  }
  await writeFile(holder, `${process.pid}\n`, { mode: 0o600 })
  return {
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

function openLockFile(directory: string): DatabaseSync {
  try {
    return new DatabaseSync(join(directory, 'lock'))
  } catch (cause) {
    throw new Error(
      `Lockkeeper cannot write to ${directory}. Start it as the directory's owner, or set LOCKKEEPER_DATA_DIR to another.`,
      { cause },
    )
  }
}
