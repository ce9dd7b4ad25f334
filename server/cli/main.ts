import { verifyAudit } from '#server/audit/verify.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { examine } from '#server/ops/doctor.ts'
import { openLog } from '#server/platform/log.ts'
import { findRootKey, rootKeyPath } from '#server/vault/root-key.ts'
import { isGroup, runGroup } from './groups.ts'
import { forgetKey, listKeys, stageKey } from './root-key.ts'

const USAGE = `lockkeeper <command>

  start                  run the server
  doctor                 look at the data directory, the root key and the database
  audit verify           check that no audit row was changed or removed
  root-key fingerprint   name the root key that is there
  root-key list          every root key that was ever in use, and who needs it
  root-key stage         make or note the root key that shall follow; the next start changes to it
  root-key forget <fp>   end the grace of a former root key, or withdraw a staged one
  credential …           list, create, change, test, export and import credentials
  scope …                generate, rotate and re-generate the tokens of scopes
  deliveries …           list, show, replay and recover deliveries of webhooks

Settings come from the environment; see docs/operating.md.`

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

/** Runs one command; its result is the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const [group, ...rest] = args
  if (isGroup(group)) {
    const { env, stdin: input } = process
    return runGroup(group, rest, { env, input, print: console.log, complain: console.error })
  }
  const command = args.join(' ')
  const forgotten = /^root-key forget (\S+)$/.exec(command)?.[1]
  if (forgotten !== undefined) return forgetKey(forgotten)
  switch (command) {
    case 'start':
      await import('#server/main.ts')
      return 0
    case 'doctor':
      return doctor()
    case 'audit verify':
      return verify()
    case 'root-key fingerprint':
      return printFingerprint()
    case 'root-key list':
      return listKeys()
    case 'root-key stage':
      return stageKey()
    case '':
    case 'help':
    case '--help':
      console.log(USAGE)
      return 0
    default:
      console.error(`There is no command "${command}".\n\n${USAGE}`)
      return 2
  }
}

async function doctor(): Promise<number> {
  const findings = await examine(readConfig(process.env), openLog('warn', 2))
  for (const { name, ok, detail } of findings) console.log(`${ok ? 'ok   ' : 'WRONG'} ${name}: ${detail}`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

async function verify(): Promise<number> {
  await using source = await openDatabase(readConfig(process.env), openLog('warn', 2))
  const verdict = await verifyAudit(source.db)
  console.log(
    verdict.ok
      ? `The audit chain is whole: ${verdict.rows} rows.`
      : `The audit chain is broken at row ${verdict.brokenAt}; the ${verdict.rows} rows before it are whole.`,
  )
  return verdict.ok ? 0 : 1
}

async function printFingerprint(): Promise<number> {
  const config = readConfig(process.env)
  const key = await findRootKey(config)
  if (key === undefined) {
    console.error(`There is no root key at ${rootKeyPath(config)}.`)
    return 1
  }
  console.log(key.fingerprint)
  return 0
}
