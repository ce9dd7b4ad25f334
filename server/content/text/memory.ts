/** How much memory another process takes, as the system tells it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** In bytes; 0 when it is over, or the system does not tell. */
export async function memoryOf(pid: number): Promise<number> {
  const kilobytes = await (process.platform === 'linux' ? askKernel(pid) : askPs(pid)).catch(() => '0')
  return (Number(kilobytes) || 0) * 1024
}

async function askKernel(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return /^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? '0'
}

async function askPs(pid: number): Promise<string> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return stdout.trim()
}
