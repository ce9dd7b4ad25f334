/** Reads files for search in a process of its own, one at a time, with limits of time and memory; started when it is needed. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { memoryOf } from './memory.ts'
import type { TextOutcome } from './outcome.ts'

export type TextReader = AsyncDisposable & {
  /** Never throws for what a file holds or does; throws what its bytes throw while they are read, and once disposed. */
  read(name: string, bytes: AsyncIterable<Uint8Array>): Promise<TextOutcome>
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
/** All that it may read: code. */
const READABLE = ['server', 'node_modules', 'package.json'].map((name) =>
  fileURLToPath(new URL(`../../../${name}`, import.meta.url)),
)
const TIMEOUT_MS = 60_000
const IDLE_MS = 10_000
/** After so many files a new process: what leaks in a library does not add up. */
const FILES_PER_PROCESS = 200
/** Of the objects of JavaScript alone, and of the whole: buffers are not among those objects. */
const HEAP_MEGABYTES = 384
const MOST_BYTES = 640 * 1024 * 1024
const WATCH_EVERY_MS = 100
const BELOW_NORMAL = 10

const Ready = z.object({ kind: z.literal('ready') })
const Outcome = z.object({ state: z.enum(['extracted', 'none', 'failed']), text: z.string(), detail: z.string() })

type Running = { child: ChildProcess; files: number; idle: NodeJS.Timeout | undefined }

export function openTextReader({ timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}): TextReader {
  let running: Running | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  async function readNow(name: string, bytes: AsyncIterable<Uint8Array>): Promise<TextOutcome> {
    if (isClosed) throw new Error('The reader of files is closed.')
    const now = (running ??= await start())
    clearTimeout(now.idle)
    now.files += 1
    const outcome = await ask(now.child, name, bytes, timeoutMs)
    const isOver = outcome === undefined || now.files >= FILES_PER_PROCESS
    if (isOver) stop()
    else now.idle = setTimeout(stop, IDLE_MS).unref()
    return outcome ?? { state: 'failed', text: '', detail: 'Reading it took too much memory or time; it was given up.' }
  }

  function stop(): void {
    running?.child.kill('SIGKILL')
    clearTimeout(running?.idle)
    running = undefined
  }

  return {
    read(name, bytes) {
      const turn = last.then(() => readNow(name, bytes))
      last = turn.catch(() => stop())
      return turn
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      const child = running?.child
      stop()
      if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await last
    },
  }
}

/** Throws when the process does not come up: that says nothing about any file. */
async function start(): Promise<Running> {
  const child = fork(CHILD, [], {
    // No key, no address, nothing: a file that takes this process over finds nothing in it.
    env: {},
    execArgv: [
      '--permission',
      // Where one is a link, also what it leads to.
      ...READABLE.flatMap((path) => [path, realpathSync(path)]).map((path) => `--allow-fs-read=${path}`),
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      '--max-semi-space-size=8',
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // A failed start or a lost pipe shows as the process's end.
  child.on('error', () => child.kill('SIGKILL'))
  try {
    if (child.pid !== undefined) setPriority(child.pid, BELOW_NORMAL)
  } catch {
    // It may be over already; then there is nothing to put behind the others.
  }
  const [ready]: unknown[] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])])
  if (!Ready.safeParse(ready).success) throw new Error('The process that reads files could not be started.')
  return { child, files: 0, idle: undefined }
}

/** Undefined when the process died of the file, or did not answer in time. */
async function ask(
  child: ChildProcess,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  timeoutMs: number,
): Promise<TextOutcome | undefined> {
  const { promise: answer, resolve } = Promise.withResolvers<TextOutcome | undefined>()
  const over = () => resolve(undefined)
  const told = (message: unknown) => resolve(Outcome.safeParse(message).data)
  child.once('message', told).once('exit', over)
  const watch = setInterval(() => void stopWhenGreedy(child), WATCH_EVERY_MS)
  let timer: NodeJS.Timeout | undefined
  try {
    for await (const piece of bytes) if (!(await send(child, { kind: 'piece', bytes: piece }))) return undefined
    timer = setTimeout(over, timeoutMs)
    if (!(await send(child, { kind: 'end', name }))) return undefined
    return await answer
  } finally {
    clearTimeout(timer)
    clearInterval(watch)
    child.off('message', told).off('exit', over)
  }
}

async function stopWhenGreedy(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && (await memoryOf(child.pid)) > MOST_BYTES) child.kill('SIGKILL')
}

/** One piece after the other, so that no more than one waits in memory; false when the process is gone. */
function send(child: ChildProcess, message: object): Promise<boolean> {
  return new Promise((resolve) => {
    if (!child.connected) return resolve(false)
    child.send(message, (error) => resolve(error === null || error === undefined))
  })
}
