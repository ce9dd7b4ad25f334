import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

function importersOf(name: string, from: RegExp): string[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return files
    .filter((path) => !path.endsWith('.test.ts') && !path.startsWith('test/'))
    .filter((path) => {
      const imports = readFileSync(join(ROOT, path), 'utf8').matchAll(/^import (?:\{([^}]*)\}|\*.*) from '([^']+)'/gm)
      return [...imports].some(
        ([, names, source = '']) => from.test(source) && (names === undefined || names.split(/[\s,]+/).includes(name)),
      )
    })
    .toSorted()
}

test('only sending, signing, exporting, rotating and sealing for other limits open a stored secret', () => {
  expect(importersOf('open', /vault\/vault\.ts$/)).toEqual([
    'credentials/reseal.ts',
    'credentials/seal-secret.ts',
    'credentials/signing.ts',
    'credentials/use-export.ts',
    'credentials/use.ts',
  ])
})

test('only an export asks for what the exporting opener opens', () => {
  expect(importersOf('openForExport', /\/use-export\.ts$/)).toEqual(['credentials/export.ts'])
})

test('nothing outside the vault takes an envelope apart', () => {
  expect(importersOf('openBytes', /\/envelope\.ts$/).filter((path) => !path.startsWith('vault/'))).toEqual([])
})
