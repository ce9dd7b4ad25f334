import { Fragment, type ReactNode, useMemo } from 'react'
import { IconLock } from '@tabler/icons-react'
import { alertOf } from './alert.ts'
import { keptBy } from './keep.ts'
import { type MarkdownNode, parseMarkdown } from './markdown-tree.ts'
import { headOf, isSafeAddress } from './markdown-words.ts'
import './document.css'

/** Markdown as it reads. Built of elements, never of HTML: markup in the text is shown as text. */
export default function Markdown({ text }: { text: string }) {
  const root = useMemo(() => parseMarkdown(text), [text])
  return <div className="lk-document">{drawAll(root.children)}</div>
}

/** What may be wider than the page must be reached by keyboard to be scrolled. */
const scrolls = { tabIndex: 0 }

function drawAll(nodes: readonly MarkdownNode[]): ReactNode[] {
  return nodes.map((node, index) => <Fragment key={index}>{draw(node)}</Fragment>)
}

function draw(node: MarkdownNode): ReactNode {
  switch (node.type) {
    case 'paragraph':
      return <p>{drawAll(node.children)}</p>
    case 'heading':
      return headOf(node.depth, drawAll(node.children))
    case 'text':
      return node.value
    case 'strong':
      return <strong>{drawAll(node.children)}</strong>
    case 'emphasis':
      return <em>{drawAll(node.children)}</em>
    case 'delete':
      return <del>{drawAll(node.children)}</del>
    case 'inlineCode':
      return <code>{node.value}</code>
    case 'code':
      return (
        <pre {...scrolls}>
          <code>{node.value}</code>
        </pre>
      )
    case 'break':
      return <br />
    case 'thematicBreak':
      return <hr />
    case 'link':
      return <Link url={node.url}>{drawAll(node.children)}</Link>
    case 'image':
      return <span className="lk-picture">{node.alt ?? (node.url === '' ? 'Picture' : node.url)}</span>
    case 'blockquote':
      return <Quote node={node} />
    case 'list':
      return drawList(node)
    case 'table':
      return drawTable(node)
    case 'html':
      return <Html value={node.value} />
    default:
      return 'children' in node ? drawAll(node.children) : 'value' in node ? node.value : null
  }
}

function Link({ url, children }: { url: string; children: ReactNode }) {
  if (!isSafeAddress(url)) return children
  return (
    <a href={url} rel="noopener noreferrer nofollow" target="_blank">
      {children}
    </a>
  )
}

function Quote({ node }: { node: Extract<MarkdownNode, { type: 'blockquote' }> }) {
  const alert = alertOf(node)
  if (alert === undefined) return <blockquote>{drawAll(node.children)}</blockquote>
  return <div className={`lk-panel lk-panel-${alert.kind}`}>{drawAll(alert.children)}</div>
}

function drawList({ ordered, start, children }: Extract<MarkdownNode, { type: 'list' }>): ReactNode {
  const isTasks = children.some(({ checked }) => typeof checked === 'boolean')
  const items = children.map((item, index) => (
    <li key={index}>
      {typeof item.checked === 'boolean' && (
        <input type="checkbox" checked={item.checked} disabled readOnly aria-label={item.checked ? 'Done' : 'Open'} />
      )}{' '}
      {item.children.map((child, at) => (
        // A tight list has no paragraphs to see.
        <Fragment key={at}>
          {child.type === 'paragraph' && item.spread !== true ? drawAll(child.children) : draw(child)}
        </Fragment>
      ))}
    </li>
  ))
  const className = isTasks ? 'lk-tasks' : undefined
  if (ordered !== true) return <ul className={className}>{items}</ul>
  return (
    <ol className={className} start={start ?? 1}>
      {items}
    </ol>
  )
}

function drawTable({ children: rows, align }: Extract<MarkdownNode, { type: 'table' }>): ReactNode {
  const [head, ...body] = rows
  return (
    <section className="lk-table" {...scrolls} aria-label="Table">
      <table>
        <thead>
          <tr>
            {head?.children.map((cell, index) => (
              <th key={index} scope="col" className={alignOf(align?.[index])}>
                {drawAll(cell.children)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            <tr key={at}>
              {row.children.map((cell, index) => (
                <td key={index} className={alignOf(align?.[index])}>
                  {drawAll(cell.children)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function alignOf(align: string | null | undefined): string | undefined {
  return align === 'center' || align === 'right' ? `lk-align-${align}` : undefined
}

/** The little HTML that Markdown of documents makes use of: line breaks, and the lines that stand for what is kept. */
function Html({ value }: { value: string }) {
  if (/^<br\s*\/?>$/i.test(value.trim())) return <br />
  const kept = keptBy(value)
  if (kept !== undefined) {
    return (
      <span className="lk-kept">
        <IconLock size={14} aria-hidden /> Kept as it is: {kept}
      </span>
    )
  }
  if (/^<\/?[a-z][^>]*>$/i.test(value.trim()) || value.trim().startsWith('<!--')) return null
  return <pre>{value}</pre>
}
