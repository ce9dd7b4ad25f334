import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { openClient } from './client.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** The admin that `adminEnv` makes at the first start. */
export const owner = { email: 'owner@lockkeeper.example', password: 'a long enough password' }
export const adminEnv = { LOCKKEEPER_ADMIN_EMAIL: owner.email, LOCKKEEPER_ADMIN_PASSWORD: owner.password }

export type RealServer = AsyncDisposable & {
  /** Where it listens. */
  start(): Promise<string>
  /** `kill -9`, then a start; where it listens now. */
  killAndStart(): Promise<string>
}

/** The process that users run, with this environment alone. */
export function openRealServer(env: Record<string, string>): RealServer {
  let child: ChildProcess | undefined
  const start = async (): Promise<string> => {
    const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    for await (const line of createInterface({ input: started.stdout })) {
      const url = /running at (\S+)/.exec(line)?.[1]
      if (url !== undefined) return url
    }
    throw new Error('the server did not start')
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    start,
    async killAndStart() {
      await end('SIGKILL')
      return start()
    },
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

/** A session of the owner, as a cookie: it outlives the server, so that many starts need no more sign-ins than are allowed. */
export async function enterAsOwner(origin: string): Promise<string> {
  const answer = await openClient(origin).post('/sessions', owner)
  return z.string().parse(answer.headers.getSetCookie()[0]?.split(';')[0])
}
