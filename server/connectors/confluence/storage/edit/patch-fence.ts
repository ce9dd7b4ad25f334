import type { PlainBody } from '../raw/plain-body.ts'
import { cdata, escapeXml } from '../write/escape.ts'
import type { Root } from './markdown-tree.ts'

/** Macros whose language is a parameter of their own. */
const WITH_LANGUAGE = new Set(['code', 'code-block', 'codeblock', 'paste-code-macro'])

/** The macro with another body, all else kept; undefined where the edit is more than one fence. */
export function patchFence(block: string, body: PlainBody, wanted: Root): string | undefined {
  const [code] = wanted.children
  if (code?.type !== 'code' || wanted.children.length !== 1) return undefined
  const language = (code.lang ?? '').toLowerCase()
  const text = code.value === body.value ? block.slice(body.from, body.to) : cdata(body.head + code.value + body.tail)
  const changed = block.slice(0, body.from) + text + block.slice(body.to)
  if (language === body.language) return changed
  return WITH_LANGUAGE.has(body.name) ? withLanguage(changed, language) : undefined
}

function withLanguage(block: string, language: string): string | undefined {
  const parameter = /(<ac:parameter ac:name="language">)[^<]*(<\/ac:parameter>)/
  const body = block.indexOf('<ac:plain-text-body')
  const head = block.slice(0, body)
  const value = escapeXml(language === '' ? 'none' : language)
  if (parameter.test(head)) {
    return head.replace(parameter, (_, open: string, close: string) => open + value + close) + block.slice(body)
  }
  return `${head}<ac:parameter ac:name="language">${value}</ac:parameter>${block.slice(body)}`
}
