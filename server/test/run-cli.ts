import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isGroup, runGroup } from '#server/cli/groups.ts'

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

export type CliResult = { code: number; out: string; err: string }

/** Runs the command line as a process of its own, with this environment alone and `input` on its standard input. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input = '',
): Promise<CliResult> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], ...env } })
  child.stdin.on('error', () => {}) // it may end without having read
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: Number(code), out, err }
}

/** The same for commands of a group, without a process. */
export async function runCommand(
  [group, ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input = '',
): Promise<CliResult> {
  if (!isGroup(group)) throw new Error(`${group ?? ''} is no group of these commands`)
  let [out, err] = ['', '']
  const code = await runGroup(group, args, {
    env: { ...env },
    input: Readable.from([input]),
    print: (line) => (out += `${line}\n`),
    complain: (line) => (err += `${line}\n`),
  })
  return { code, out, err }
}
