import { Refusal, v1Invalid } from '../answer.ts'

/*
 * The part of CQL that connectors use: and, or, not, brackets, order by; fields by =, !=, in, not in, ~, !~ and the
 * comparisons. Dates have minute resolution and are read in the caller's time zone, as on real sites.
 */
export type Operator = '=' | '!=' | '~' | '!~' | '>' | '>=' | '<' | '<=' | 'in' | 'not in'
export type Clause =
  | { kind: 'and' | 'or'; parts: Clause[] }
  | { kind: 'not'; part: Clause }
  | { kind: 'test'; field: string; operator: Operator; values: string[] }
export type Query = { where: Clause | undefined; orderBy: { field: string; descending: boolean } | undefined }

type Token = { text: string; quoted: boolean }
type Reader = { tokens: Token[]; at: number }

export function parseCql(text: string): Query {
  const reader: Reader = { tokens: tokensOf(text), at: 0 }
  const where = isWord(reader, 'order') || peek(reader) === undefined ? undefined : readOr(reader)
  const orderBy = readOrder(reader)
  if (peek(reader) !== undefined) throw unreadable(text)
  return { where, orderBy }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const pattern =
    /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(>=|<=|!=|!~|[=~<>(),])|([^\s=~<>(),!"']+(?:\([^)]*\))?))/gy
  let end = 0
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] ?? match[2]
    tokens.push({
      text: quoted?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? match[4] ?? '',
      quoted: quoted !== undefined,
    })
    end = match.index + match[0].length
  }
  if (text.slice(end).trim() !== '') throw unreadable(text)
  return tokens
}

function readOr(reader: Reader): Clause {
  const parts = [readAnd(reader)]
  while (takeWord(reader, 'or')) parts.push(readAnd(reader))
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts }
}

function readAnd(reader: Reader): Clause {
  const parts = [readTest(reader)]
  while (takeWord(reader, 'and')) parts.push(readTest(reader))
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts }
}

function readTest(reader: Reader): Clause {
  if (takeWord(reader, 'not')) return { kind: 'not', part: readTest(reader) }
  if (takeWord(reader, '(')) {
    const inner = readOr(reader)
    expect(reader, ')')
    return inner
  }
  const field = take(reader).text.toLowerCase()
  const operator = readOperator(reader)
  return {
    kind: 'test',
    field,
    operator,
    values: operator === 'in' || operator === 'not in' ? readList(reader) : [take(reader).text],
  }
}

function readOperator(reader: Reader): Operator {
  if (takeWord(reader, 'not')) {
    expect(reader, 'in')
    return 'not in'
  }
  const text = take(reader).text.toLowerCase()
  const known = (['=', '!=', '~', '!~', '>', '>=', '<', '<=', 'in'] as const).find((one) => one === text)
  if (known === undefined) throw unreadable(text)
  return known
}

function readList(reader: Reader): string[] {
  expect(reader, '(')
  const values = [take(reader).text]
  while (takeWord(reader, ',')) values.push(take(reader).text)
  expect(reader, ')')
  return values
}

function readOrder(reader: Reader): Query['orderBy'] {
  if (!takeWord(reader, 'order')) return undefined
  expect(reader, 'by')
  const field = take(reader).text.toLowerCase()
  const descending = takeWord(reader, 'desc')
  if (!descending) takeWord(reader, 'asc')
  return { field, descending }
}

function peek(reader: Reader): Token | undefined {
  return reader.tokens[reader.at]
}

function take(reader: Reader): Token {
  const token = peek(reader)
  if (token === undefined) throw unreadable('it ends too early')
  reader.at += 1
  return token
}

function isWord(reader: Reader, word: string): boolean {
  const token = peek(reader)
  return token !== undefined && !token.quoted && token.text.toLowerCase() === word
}

function takeWord(reader: Reader, word: string): boolean {
  if (!isWord(reader, word)) return false
  reader.at += 1
  return true
}

function expect(reader: Reader, word: string): void {
  if (!takeWord(reader, word)) throw unreadable(`"${word}" is missing`)
}

export function unreadable(why: string): Refusal {
  return new Refusal(v1Invalid(`Could not parse cql : ${why}`))
}
