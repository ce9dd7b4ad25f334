import { verifyAudit } from '#server/audit/verify.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { examine } from '#server/ops/doctor.ts'
import { openLog } from '#server/platform/log.ts'
import { findRootKey, rootKeyPath } from '#server/vault/root-key.ts'

const USAGE = `lockkeeper <command>

  start                  run the server
  doctor                 look at the data directory, the root key and the database
  audit verify           check that no audit row was changed or removed
  root-key fingerprint   name the root key that is there

Settings come from the environment; see docs/operating.md.`

try {
  process.exitCode = await run(process.argv.slice(2).join(' '))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

/** Runs one command; its result is the exit code. */
async function run(command: string): Promise<number> {
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
