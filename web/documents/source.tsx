import { CopyButton, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { documentQuery } from '../api/content.ts'
import { Loaded } from '../ui/loaded.tsx'
import classes from './source.module.css'

/** A document's body as text: Markdown, or the storage format that Confluence keeps. */
export function Source({ id, format }: { id: string; format: 'markdown' | 'storage' }) {
  const document = useQuery(documentQuery(id, format))
  return (
    <Loaded query={document}>
      {({ body }) => (
        <div className={classes.frame}>
          <CopyButton value={body}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" className={classes.copy} onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <pre className={classes.text}>{body}</pre>
        </div>
      )}
    </Loaded>
  )
}
