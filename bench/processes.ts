/** Processes of a measurement: each part runs as its own, so that memory and processor time are its own too. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TICKS_PER_SECOND = 100

export type Part = AsyncDisposable & { pid: number; child: ChildProcess; output: () => string }

/** Starts a Node program of this repository; disposing ends it and waits for its end. */
export function startNode(args: string[], env: Record<string, string> = {}): Part {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  return {
    pid: child.pid ?? 0,
    child,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Runs a Node program to its end; returns what it printed. Throws with its output when it failed. */
export async function runNode(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ output: string; peakMb: number }> {
  await using part = startNode(args, env)
  const memory = watchMemory(part.pid)
  const [code]: unknown[] = await once(part.child, 'close')
  memory.stop()
  if (code !== 0) throw new Error(`${args[0] ?? ''} ended with ${String(code)}: ${part.output()}`)
  return { output: part.output(), peakMb: memory.peakMb() }
}

export type Memory = { samples: { at: number; mb: number }[]; peakMb: () => number; stop: () => void }

/** Samples the resident memory of one process twice a second; the peak is the kernel's own. */
export function watchMemory(pid: number): Memory {
  const samples: Memory['samples'] = []
  let peak = 0
  const sample = () => {
    const now = memoryOf(pid)
    if (now === undefined) return
    peak = Math.max(peak, now.peakMb)
    samples.push({ at: performance.now(), mb: now.mb })
  }
  sample()
  const timer = setInterval(sample, 500)
  return {
    samples,
    peakMb: () => {
      sample()
      return peak
    },
    stop: () => clearInterval(timer),
  }
}

/** VmRSS and VmHWM of a process, in MB (10⁶ bytes); undefined once it has ended, or where there is no /proc. */
export function memoryOf(pid: number): { mb: number; peakMb: number } | undefined {
  const status = read(`/proc/${pid}/status`)
  const of = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6
  const found = { mb: of('VmRSS'), peakMb: of('VmHWM') }
  return Number.isNaN(found.mb) ? undefined : found
}

/** Processor seconds so far of a process alone, and of everything below it (what has ended there included). */
export function cpuOf(pid: number): { own: number; below: number } {
  const below = childrenOf(pid).reduce((sum, child) => {
    const of = cpuOf(child)
    return sum + of.own + of.below
  }, 0)
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = statOf(pid).slice(11, 15).map(Number)
  return {
    own: (user + system) / TICKS_PER_SECOND,
    below: below + (endedUser + endedSystem) / TICKS_PER_SECOND,
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))[1] === String(pid))
    .map(Number)
}

/** The fields of /proc/PID/stat after the command's name: state, parent, … */
function statOf(pid: number): string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => {
    probe.close(resolve)
  })
  return typeof address === 'object' && address !== null ? address.port : 0
}
