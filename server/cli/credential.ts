/**
 * `lockkeeper credential …` and `lockkeeper scope …`: everything that the pages can do with credentials, by the same
 * functions, in the name of an admin.
 */
import { Problem } from '#server/platform/problem.ts'
import { openCommandApp } from './command-app.ts'
import { readArguments, UsageError, type Command, type Surroundings } from './command.ts'
import { LIMIT_COMMANDS } from './credential-limits.ts'
import { SCOPE_COMMANDS } from './credential-scope.ts'
import { TRANSFER_COMMANDS } from './credential-transfer.ts'
import { VALUE_COMMANDS } from './credential-values.ts'

const GROUPS: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  credential: { ...VALUE_COMMANDS, ...LIMIT_COMMANDS, ...TRANSFER_COMMANDS },
  scope: SCOPE_COMMANDS,
}

/** Is this the first word of commands that are carried out here? */
export function isCredentialGroup(word: string | undefined): word is 'credential' | 'scope' {
  return word === 'credential' || word === 'scope'
}

/** Runs one command; the result is the exit code: 1 when it failed or did nothing, 2 when it was not written rightly. */
export async function runCredential(
  group: 'credential' | 'scope',
  args: readonly string[],
  around: Surroundings,
): Promise<number> {
  const [name = '', ...rest] = args
  const command = Object.hasOwn(GROUPS[group] ?? {}, name) ? GROUPS[group]?.[name] : undefined
  if (command === undefined) {
    const asked = ['', 'help', '--help'].includes(name)
    if (asked) around.print(describeGroup(group))
    else around.complain(describeGroup(group))
    return asked ? 0 : 2
  }
  const json = rest.includes('--json')
  try {
    const given = readArguments(command, rest, around)
    await using opened = await openCommandApp(given)
    const { answer, text, exitCode = 0 } = await command.run(opened.app, opened.actor, given)
    around.print(json ? JSON.stringify(answer, null, 2) : text)
    return exitCode
  } catch (error) {
    if (error instanceof UsageError) {
      around.complain(`${error.message}\n\n  lockkeeper ${group} ${command.usage}`)
      return 2
    }
    around.complain(json ? JSON.stringify(problemOf(error), null, 2) : sentenceOf(error))
    return 1
  }
}

function describeGroup(group: string): string {
  const lines = Object.values(GROUPS[group] ?? {}).map(({ usage }) => `  ${usage}`)
  return [
    `lockkeeper ${group} <command> --as EMAIL [--json]`,
    '',
    ...lines,
    '',
    'SCOPE: global or space:KEY. CREDENTIAL: its id, or its name with --scope. --as: the platform admin in whose name it',
    'runs, as it stands in the record; or LOCKKEEPER_AS. Secrets come by standard input, a file that only you can read,',
    'or the environment, never as an argument.',
  ].join('\n')
}

function problemOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Problem)) return { detail: sentenceOf(error), code: 'failed' }
  const { extras, status, message: detail, code } = error
  return { ...extras, status, detail, code }
}

// PostgreSQL's codes for a table or a column that is not there.
const NOT_MIGRATED = new Set(['42P01', '42703'])

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  if (NOT_MIGRATED.has(code)) return 'The database is not of this version of Lockkeeper. Start the server once.'
  return error.message
}
