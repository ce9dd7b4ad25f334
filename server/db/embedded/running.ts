import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '../open.ts'
import { ROLE } from './cluster.ts'
import { isAlive } from './leftover.ts'

/** How to reach the embedded database that another process holds now; undefined when none runs. */
export async function findRunning(dataDir: string, database: string): Promise<Connection | undefined> {
  const clusterDir = join(dataDir, 'postgres')
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
  // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, directory, start, port, socket directory, address.
  const [pid, , , port, socketDir, address] = text.split('\n').map((line) => line.trim())
  if (!isAlive(Number(pid)) || port === undefined) return undefined
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim()
  const host = socketDir === undefined || socketDir === '' ? (address ?? '127.0.0.1') : socketDir
  return { host, port: Number(port), user: ROLE, password, database }
}
