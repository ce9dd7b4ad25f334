import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process that has loaded everything and waits to be told: `killAfter` tells it, and kills it this much later. */
export type Killable = { killAfter(lifeMs: number): Promise<void>; kill(): void }

/** Starts a script of this folder that says a line when it is ready and goes on when it is sent one. */
export async function startKillable(script: string, env: Record<string, string | undefined>): Promise<Killable> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(() => 'ended')
  if ((await Promise.race([once(child.stdout, 'data'), ended])) === 'ended') throw new Error(`${script} did not start`)
  return {
    async killAfter(lifeMs) {
      child.stdin.write('go\n')
      await after(lifeMs)
      if (hasEnded(child)) throw new Error(`${script} ended by itself`)
      child.kill('SIGKILL')
      await ended
    },
    kill: () => void (hasEnded(child) || child.kill('SIGKILL')),
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
