import { execFile } from 'node:child_process'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pause } from '#server/platform/backoff.ts'

const run = promisify(execFile)

/**
 * Stops a server that a killed process left running on this cluster, so that never two run on one directory. Only
 * called under the data directory's lock: the server found belongs to nobody. Returns its process id, if there was one.
 */
export async function stopLeftover(clusterDir: string, patienceMs = 60_000): Promise<number | undefined> {
  const file = join(clusterDir, 'postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  if (!isAlive(pid)) return undefined // PostgreSQL removes the file of a dead one
  if (!(await isServerOf(pid, clusterDir))) {
    await rm(file) // the id now belongs to another program (usual in containers): PostgreSQL would refuse to start
    return undefined
  }
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + patienceMs
  while (isAlive(pid)) {
    if (Date.now() > deadline)
      throw new Error(`A PostgreSQL left running on ${clusterDir} (process ${pid}) does not stop. Stop it by hand.`)
    await pause(20)
  }
  return pid
}

/** A PostgreSQL server's working directory is its cluster's; where /proc is absent, its command line names it. */
async function isServerOf(pid: number, clusterDir: string): Promise<boolean> {
  const real = await realpath(clusterDir)
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === real
  } catch {
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
    return stdout.includes('postgres') && stdout.includes(clusterDir)
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
