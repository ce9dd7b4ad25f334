/** Commands that carry credentials from one deployment to another. */
import { open, readFile, rm } from 'node:fs/promises'
import { ExportCredentials, ImportCredentials } from '#schema/credential.ts'
import { exportCredentials } from '#server/credentials/export.ts'
import { importCredentials } from '#server/credentials/import.ts'
import { getSecret, PASSPHRASE_OPTIONS } from './command-secret.ts'
import { flag, needText, parseInput, text, UsageError } from './command.ts'
import type { Command } from './command.ts'
import { printImport } from './credential-print.ts'
import { scopeOf } from './credential-ref.ts'

const PASSPHRASE_USAGE = '--passphrase-stdin | --passphrase-file FILE | LOCKKEEPER_PASSPHRASE'

const take: Command = {
  usage: `export --scope SCOPE --out FILE
    ${PASSPHRASE_USAGE}`,
  options: { ...PASSPHRASE_OPTIONS, scope: text, out: text },
  async run(app, actor, given) {
    const [scope, path] = [scopeOf(given), needText(given, 'out')]
    const input = parseInput(ExportCredentials, { passphrase: await getSecret(given, 'passphrase') })
    // Made first: when it cannot be written, nothing is exported and nothing stands in the record.
    await using out = await open(path, 'wx', 0o600).catch((cause: unknown) => {
      throw new UsageError(`${path} is there already, or cannot be made. Name a new file.`, { cause })
    })
    try {
      const { file, exported, leftOut } = await exportCredentials(app, actor, scope, input)
      await out.writeFile(file)
      await out.sync()
      const lost = leftOut.length === 0 ? '' : `\nLeft out, because they cannot be opened: ${leftOut.join(', ')}`
      const answer = { file: path, exported, leftOut }
      return { answer, text: `Wrote ${exported} credentials to ${path}.${lost}` }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  },
}

const bring: Command = {
  usage: `import FILE --scope SCOPE [--on-conflict skip|rename] [--write]
    ${PASSPHRASE_USAGE}
    shows what would happen; does it with --write`,
  options: { ...PASSPHRASE_OPTIONS, scope: text, 'on-conflict': text, write: flag },
  words: 1,
  async run(app, actor, given) {
    const [path] = given.words
    if (path === undefined) throw new UsageError('Name the file.')
    const scope = scopeOf(given)
    const onConflict = given.text('on-conflict')
    const file = await readFile(path).catch((cause: unknown) => {
      throw new UsageError(`${path} cannot be read.`, { cause })
    })
    const input = parseInput(ImportCredentials, {
      file: file.toString('base64'),
      passphrase: await getSecret(given, 'passphrase'),
      dryRun: !given.flag('write'),
      ...(onConflict === undefined ? {} : { onConflict }),
    })
    const report = await importCredentials(app, actor, scope, input)
    return { answer: report, text: printImport(report) }
  },
}

export const TRANSFER_COMMANDS: Record<string, Command> = { export: take, import: bring }
