/** Secrets for commands: by standard input, a file or the environment, never by an argument. */
import { open } from 'node:fs/promises'
import { text as readText } from 'node:stream/consumers'
import { flag, text, UsageError, type Given } from './command.ts'

export const SECRET_OPTIONS = { 'secret-stdin': flag, 'secret-file': text, 'secret-env': flag } as const
export const PASSPHRASE_OPTIONS = { 'passphrase-stdin': flag, 'passphrase-file': text, 'passphrase-env': flag } as const

const MAX_BYTES = 100_000

/** Undefined when none is asked for; the environment is asked only with `--secret-env`. */
export async function findSecret(given: Given, what: 'secret' | 'passphrase'): Promise<string | undefined> {
  const [input, file, env] = [`${what}-stdin`, `${what}-file`, `${what}-env`]
  const asked = [given.flag(input), given.flag(file), given.flag(env)].filter(Boolean)
  if (asked.length > 1) throw new UsageError(`Give the ${what} in one way: --${input}, --${file} or --${env}.`)
  if (given.flag(input)) return readInput(given, what)
  const path = given.text(file)
  if (path !== undefined) return readPrivate(path, what)
  return given.flag(env) ? (fromEnvironment(given, what) ?? missing(what)) : undefined
}

/** The same where there must be one: then the environment is asked by itself, too. */
export async function getSecret(given: Given, what: 'secret' | 'passphrase'): Promise<string> {
  return (await findSecret(given, what)) ?? fromEnvironment(given, what) ?? missing(what)
}

function missing(what: string): never {
  const name = nameOf(what)
  throw new UsageError(`Give the ${what}: by --${what}-stdin, --${what}-file FILE, or in ${name}.`)
}

function fromEnvironment({ env }: Given, what: string): string | undefined {
  const found = env[nameOf(what)]
  return found === '' ? undefined : found
}

function nameOf(what: string): string {
  return `LOCKKEEPER_${what.toUpperCase()}`
}

async function readInput({ input }: Given, what: string): Promise<string> {
  if (input.isTTY === true) throw new UsageError(`Pipe the ${what} in; what is typed here would stand on the screen.`)
  return withoutLineEnd(await readText(input), what)
}

/** A file that others could read is refused, as the root key's is. */
async function readPrivate(path: string, what: string): Promise<string> {
  await using file = await open(path).catch((cause: unknown) => {
    throw new UsageError(`The file of the ${what}, ${path}, cannot be read.`, { cause })
  })
  const { mode, size } = await file.stat()
  if ((mode & 0o077) !== 0) throw new UsageError(`${path} can be read by others. Close it: chmod 600 ${path}`)
  if (size > MAX_BYTES) throw new UsageError(`${path} is larger than a ${what} can be.`)
  return withoutLineEnd(await file.readFile('utf8'), what)
}

/** `echo` and editors end a line; one line end is theirs. */
function withoutLineEnd(found: string, what: string): string {
  const secret = found.replace(/\r?\n$/, '')
  if (secret === '') throw new UsageError(`The ${what} is empty.`)
  return secret
}
