import { Button, FileButton, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { IconPaperclip } from '@tabler/icons-react'
import { type Ref, useRef, useState } from 'react'
import classes from './attach-files.module.css'
import { type FileLimit, describeLimit } from './attach-limits.ts'
import type { Picked } from './attach-queue.ts'

type AttachZoneProps = { limit: FileLimit; buttonRef: Ref<HTMLButtonElement>; onPick: (picked: Picked[]) => void }

/** Where files are chosen or dropped. They may fall anywhere on the page: beside the frame they would be opened instead of it. */
export function AttachZone({ limit, buttonRef, onPick }: AttachZoneProps) {
  const [isOver, setOver] = useState(false)
  const forget = useRef<() => void>(null)

  useWindowEvent('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    setOver(true)
  })
  useWindowEvent('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) setOver(false)
  })
  useWindowEvent('drop', (event) => {
    setOver(false)
    if (!hasFiles(event)) return
    event.preventDefault()
    onPick(filesOf(event))
  })

  function choose(files: File[]): void {
    if (files.length > 0) onPick(files.map((file) => ({ file, isFolder: false })))
    forget.current?.() // or the same file could not be chosen again
  }

  return (
    <div className={classes.zone} data-over={isOver || undefined}>
      <FileButton multiple onChange={choose} resetRef={forget}>
        {(props) => (
          <Button {...props} ref={buttonRef} variant="default" leftSection={<IconPaperclip size={16} aria-hidden />}>
            Attach file
          </Button>
        )}
      </FileButton>
      <Text size="sm" {...(!isOver && { c: 'dimmed' })}>
        <span className={classes.drop}>{isOver ? 'Drop to choose.' : 'Or drop files here.'} </span>
        {limit !== undefined && describeLimit(limit)}
      </Text>
    </div>
  )
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true
}

function filesOf({ dataTransfer }: DragEvent): Picked[] {
  return [...(dataTransfer?.items ?? [])].flatMap((item) => {
    const file = item.getAsFile()
    return file === null ? [] : [{ file, isFolder: item.webkitGetAsEntry()?.isDirectory === true }]
  })
}
