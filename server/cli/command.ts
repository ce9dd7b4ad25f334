/** How a command with options is read, run and answered. */
import type { Readable } from 'node:stream'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { z } from 'zod'
import type { App } from '#server/app.ts'
import type { Person } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'

/** The command was not written as it has to be: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a process has around it. */
export type Surroundings = {
  env: NodeJS.ProcessEnv
  input: Readable & { isTTY?: boolean }
  print(text: string): void
  complain(text: string): void
}

export type CommandApp = Pick<App, 'db' | 'keys' | 'clock' | 'fetch' | 'config' | 'log'>

/** What was given: options by name, `list` for those that may stand several times. */
export type Given = Pick<Surroundings, 'env' | 'input'> & {
  text(name: string): string | undefined
  list(name: string): string[] | undefined
  flag(name: string): boolean
  /** What stands without an option's name, in order. */
  words: readonly string[]
}

/** `answer`: what the API would answer; `text`: the same for people. `exitCode` 1: nothing was done. */
export type Output = { answer: unknown; text: string; exitCode?: 1 }

type Options = NonNullable<ParseArgsConfig['options']>

export type Command = {
  usage: string
  options: Options
  /** How many words it takes at most; none unless said. */
  words?: number
  run(app: CommandApp, actor: Person, given: Given): Promise<Output>
}

export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
export const texts = { type: 'string', multiple: true } as const

/** What every command takes. */
const COMMON = { as: text, json: flag } satisfies Options

const SECRET_ARGUMENT = /^--(secret|password|passphrase|token|value|api-?key|key|bearer)(=|$)/i

/** Reads the arguments. Nothing of them is repeated but the names of options: anything else may be a secret. */
export function readArguments(
  command: Pick<Command, 'options' | 'words'>,
  args: readonly string[],
  { env, input }: Pick<Surroundings, 'env' | 'input'>,
): Given {
  if (args.some((arg) => SECRET_ARGUMENT.test(arg)))
    throw new UsageError(
      'Never give a secret as an argument: the list of processes shows it to everybody on this machine, and the shell keeps ' +
        'it. Use --secret-stdin, --secret-file FILE or LOCKKEEPER_SECRET (for passphrases --passphrase-stdin, ' +
        '--passphrase-file FILE or LOCKKEEPER_PASSPHRASE). Replace that secret: it has been seen.',
    )
  const options: Options = { ...command.options, ...COMMON }
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const found = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const option = options[token.name]
    if (option === undefined) throw new UsageError(`There is no option ${token.rawName.slice(0, 30)} here.`)
    const isText = option.type === 'string'
    if (isText !== (token.value !== undefined))
      throw new UsageError(isText ? `--${token.name} needs a value.` : `--${token.name} takes no value.`)
    const before = found.get(token.name) ?? []
    if (before.length > 0 && option.multiple !== true) throw new UsageError(`--${token.name} stands twice.`)
    found.set(token.name, [...before, token.value ?? ''])
  }
  if (words.length > (command.words ?? 0)) throw new UsageError('There is a word too many. Write names in quotes.')
  return {
    env,
    input,
    text: (name) => found.get(name)?.[0],
    list: (name) => found.get(name),
    flag: (name) => found.has(name),
    words,
  }
}

/** An option that must be there. */
export function needText(given: Given, name: string): string {
  const found = given.text(name)
  if (found === undefined || found === '') throw new UsageError(`--${name} is missing.`)
  return found
}

/** A whole number; undefined when it is not given. */
export function numberOf(given: Given, name: string): number | undefined {
  const found = given.text(name)
  if (found === undefined) return undefined
  if (!/^\d{1,9}$/.test(found)) throw new UsageError(`--${name} must be a whole number.`)
  return Number(found)
}

/** A day alone is its beginning in UTC. */
export function timeOf(given: string | undefined): string | undefined {
  return given !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T00:00:00Z` : given
}

/** The input as the API takes it; a Problem that names the first fault. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.infer<S> {
  const read = schema.safeParse(input)
  if (read.success) return read.data
  const [first] = read.error.issues
  const path = first?.path.join('.') ?? ''
  throw new Problem(
    400,
    'invalid-request',
    `${path === '' ? '' : `${path}: `}${first?.message ?? 'This cannot be read.'}`,
  )
}
