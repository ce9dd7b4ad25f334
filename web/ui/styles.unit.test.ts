import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const web = fileURLToPath(new URL('..', import.meta.url))
const mantine = fileURLToPath(new URL('../../node_modules/@mantine/core/styles', import.meta.url))

it('imports the styles of every Mantine component in use', () => {
  const styles = readFileSync(`${web}/ui/styles.ts`, 'utf8')
  const files = globSync(['*/*.tsx', '*.tsx'], { cwd: web }).map((file) => readFileSync(`${web}/${file}`, 'utf8'))
  const used = new Set(files.flatMap(componentsOf))
  const missing = [...used].filter(
    (name) => existsSync(`${mantine}/${name}.layer.css`) && !styles.includes(`/${name}.layer.css`),
  )
  expect(used.size).toBeGreaterThan(20)
  expect(missing).toEqual([])
})

it('keeps the order of Mantine’s own bundle, on which its rules depend', () => {
  const styles = readFileSync(`${web}/ui/styles.ts`, 'utf8')
  const bundle = readFileSync(`${mantine}.css`, 'utf8')
  const names = [...styles.matchAll(/styles\/([A-Z]\w*)\.layer\.css/g)].map((match) => match[1] ?? '')
  const places = names.map((name) => {
    const [selector = name] = /\.m_[0-9a-f]+/.exec(readFileSync(`${mantine}/${name}.css`, 'utf8')) ?? []
    return bundle.indexOf(selector)
  })
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

function componentsOf(source: string): string[] {
  const imports = [...source.matchAll(/import \{([^}]+)\} from '@mantine\/core'/g)]
  return imports.flatMap((match) => match[1]?.split(',') ?? []).map((name) => name.trim().split(' ')[0] ?? '')
}
