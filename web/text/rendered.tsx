import { useCallback } from 'react'
import { sanitise } from './sanitise.ts'
import './document.css'

/** A document's HTML, sanitised once more here: the server's word is not the only guard of the page. */
export function Rendered({ html }: { html: string }) {
  const fill = useCallback((element: HTMLDivElement | null) => element?.replaceChildren(sanitise(html)), [html])
  return <div className="lk-document" ref={fill} />
}
