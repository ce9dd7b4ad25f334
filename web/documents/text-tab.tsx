import { SegmentedControl, Text } from '@mantine/core'
import type { DocumentDetail, DocumentFormat } from '#schema/document.ts'
import { Rendered } from '../text/rendered.tsx'
import { typeNames } from '../ui/document-types.ts'
import classes from './document-page.module.css'
import { documentRoute } from './place.ts'
import { Source } from './source.tsx'

type TextTabProps = { document: DocumentDetail; format: 'html' | 'markdown' | 'storage' }

/** A document's body in one of three forms. */
export function TextTab({ document, format }: TextTabProps) {
  const navigate = documentRoute.useNavigate()
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="md"
        aria-label="Show the text as"
        value={format}
        data={FORMATS}
        onChange={(next) =>
          void navigate({ search: next === 'markdown' || next === 'storage' ? { as: next } : {}, replace: true })
        }
      />
      <div className={classes.text}>
        {format === 'html' ? <Html document={document} /> : <Source id={document.id} format={format} />}
      </div>
    </>
  )
}

const FORMATS: { value: DocumentFormat; label: string }[] = [
  { value: 'html', label: 'Rendered' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'storage', label: 'Storage' },
]

function Html({ document: { body, type } }: { document: DocumentDetail }) {
  if (body.trim() === '') return <Text c="dimmed">This {typeNames[type].toLowerCase()} has no text.</Text>
  return <Rendered html={body} />
}
