/**
 * `lockkeeper credential …`, `scope …` and `deliveries …`: what the pages can do, by the same functions, in the name of an
 * admin.
 */
import { Problem } from '#server/platform/problem.ts'
import { openCommandApp } from './command-app.ts'
import { readArguments, UsageError, type Command, type Surroundings } from './command.ts'
import { LIMIT_COMMANDS } from './credential-limits.ts'
import { SCOPE_COMMANDS } from './credential-scope.ts'
import { TRANSFER_COMMANDS } from './credential-transfer.ts'
import { VALUE_COMMANDS } from './credential-values.ts'
import { DELIVERY_COMMANDS } from './deliveries.ts'

type Group = { commands: Readonly<Record<string, Command>>; notes: string }

const AS = '--as: the platform admin in whose name it runs, as it stands in the record; or LOCKKEEPER_AS.'
const SECRETS = `SCOPE: global or space:KEY. CREDENTIAL: its id, or its name with --scope. Secrets come by standard input, a
file that only you can read, or the environment, never as an argument.`

const GROUPS: Readonly<Record<GroupName, Group>> = {
  credential: { commands: { ...VALUE_COMMANDS, ...LIMIT_COMMANDS, ...TRANSFER_COMMANDS }, notes: SECRETS },
  scope: { commands: SCOPE_COMMANDS, notes: SECRETS },
  deliveries: {
    commands: DELIVERY_COMMANDS,
    notes:
      'TIME: 2026-03-01, in UTC, or 2026-03-01T09:00:00Z. RECEIVER: https://crm.example.com, as the list shows it.',
  },
}

type GroupName = 'credential' | 'scope' | 'deliveries'

/** Is this the first word of commands that are carried out here? */
export function isGroup(word: string | undefined): word is GroupName {
  return word !== undefined && Object.hasOwn(GROUPS, word)
}

/** Runs one command; the result is the exit code: 1 when it failed or did nothing, 2 when it was not written rightly. */
export async function runGroup(group: GroupName, args: readonly string[], around: Surroundings): Promise<number> {
  const [name = '', ...rest] = args
  const { commands } = GROUPS[group]
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
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

function describeGroup(group: GroupName): string {
  const { commands, notes } = GROUPS[group]
  const lines = Object.values(commands).map(({ usage }) => `  ${usage}`)
  return [`lockkeeper ${group} <command> --as EMAIL [--json]`, '', ...lines, '', notes, AS].join('\n')
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
